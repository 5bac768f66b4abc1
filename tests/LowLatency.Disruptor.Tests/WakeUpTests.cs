using System.Diagnostics;
using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>Publications that meet a consumer at the moment in which it falls asleep.</summary>
[Collection(nameof(Spinning))]
public sealed class WakeUpTests
{
    /// <summary>Both sides wait up to so many additions before they go on: some tens of nanoseconds apart, now one first, now the other.</summary>
    private const int MostAdditions = 400;

    private const int MostRounds = 30_000;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);

    private static long _additions;

    [Theory]
    [InlineData("Blocking")]
    [InlineData("BlockingSpinWait")]
    [InlineData("TimeoutBlocking")]
    public async Task No_wake_up_is_lost_however_close_the_publication_comes(string name)
    {
        var strategy = Strategy.Make(name);
        Sequence cursor = new(), mine = new();
        using var waiter = strategy.NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(cursor));
        using var over = new CancellationTokenSource();
        var consumer = Patience.OnThread(() =>
        {
            var random = new Random(3);
            try
            {
                for (var next = 0L; ; next++)
                {
                    waiter.WaitFor(next, over.Token);
                    mine.SetValue(next);
                    Delay(random);
                }
            }
            catch (OperationCanceledException)
            {
                // The only way out.
            }
        });
        await Patience.OnThread(() =>
        {
            var random = new Random(5);
            var since = Stopwatch.GetTimestamp();
            for (var next = 0L; next < MostRounds && Stopwatch.GetElapsedTime(since) < _longest; next++)
            {
                cursor.SetValue(next);
                strategy.SignalAllWhenBlocking();
                Assert.True(IsReached(mine, next), $"The consumer sleeps on {next}, which is published.");
                Delay(random);
            }
        }).Within();
        await over.CancelAsync();
        waiter.Cancel();
        await consumer.Within();
    }

    private static bool IsReached(Sequence sequence, long value)
    {
        var since = Stopwatch.GetTimestamp();
        while (sequence.Value < value)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience.Limit / 2)
            {
                return false;
            }
        }

        return true;
    }

    private static void Delay(Random random)
    {
        for (var i = random.Next(MostAdditions); i > 0; i--)
        {
            Volatile.Write(ref _additions, i);
        }
    }
}
