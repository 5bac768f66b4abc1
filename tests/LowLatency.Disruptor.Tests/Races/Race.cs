using System.Diagnostics;
using System.Globalization;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>Lets threads race for a while.</summary>
public static class Race
{
    /// <summary>How much longer than in a build every race lasts: RING_RACE_SCALE.</summary>
    private static readonly double _scale =
        double.Parse(Environment.GetEnvironmentVariable("RING_RACE_SCALE") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>The time of one race.</summary>
    /// <param name="milliseconds">At a scale of 1.</param>
    public static Deadline For(int milliseconds) => new(TimeSpan.FromMilliseconds(milliseconds * _scale));

    /// <summary>Runs each racer on a thread of its own. They start together; the first failure ends the wait.</summary>
    public static async Task Run(Deadline deadline, params Action[] racers)
    {
        using var start = new Barrier(racers.Length);
        var tasks = Array.ConvertAll(racers, racer => Patience.OnThread(() =>
        {
            start.SignalAndWait();
            racer();
        })).ToList();
        while (tasks.Count > 0)
        {
            var ended = await Task.WhenAny(tasks)
                .WaitAsync(deadline.Left + Patience.Limit, TestContext.Current.CancellationToken);
            tasks.Remove(ended);
            await ended;
        }
    }

    /// <summary>Keeps the core for so long.</summary>
    public static void Spin(long nanoseconds)
    {
        var until = Stopwatch.GetTimestamp() + (long)(nanoseconds * (Stopwatch.Frequency / 1e9));
        while (Stopwatch.GetTimestamp() < until)
        {
            Thread.SpinWait(1);
        }
    }

    /// <summary>Now and then a moment, seldom a long one or the rest of the time slice.</summary>
    public static void Stall(Random random)
    {
        switch (random.Next(256))
        {
            case 0:
                Thread.Yield();
                break;
            case < 8:
                Thread.SpinWait(random.Next(300));
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// A racer that stops all others, wherever they are, and lets them go on at once: a collection does. What lies between
    /// two stores of a publication is then there to be seen for microseconds instead of nanoseconds.
    /// </summary>
    public static Action Interrupt(Deadline deadline) => () =>
    {
        while (!deadline.IsOver)
        {
            GC.Collect(0);
            Spin(20_000);
        }
    };

    /// <summary>Waits for what another racer does. Yields, since there may be fewer cores than racers.</summary>
    /// <returns>False if it took longer than <paramref name="limit"/>.</returns>
    public static bool Await(Func<bool> condition, TimeSpan limit)
    {
        var since = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (!condition())
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (spin.Count % 64 == 0 && Stopwatch.GetElapsedTime(since) > limit)
            {
                return condition();
            }
        }

        return true;
    }
}

/// <summary>When a race is over.</summary>
public readonly struct Deadline(TimeSpan length)
{
    private readonly long _end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);

    public bool IsOver => Stopwatch.GetTimestamp() >= _end;

    public TimeSpan Left => TimeSpan.FromSeconds(Math.Max(0, (double)(_end - Stopwatch.GetTimestamp()) / Stopwatch.Frequency));

    /// <summary>A part of what is left.</summary>
    public Deadline Part(double share) => new(Left * share);
}
