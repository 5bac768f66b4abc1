using LowLatency.Feed;
using Microsoft.Extensions.Time.Testing;

namespace LowLatency.Tests.Feed;

public sealed class ReactionTests
{
    private static readonly FeedOptions Options = new() { Endpoint = new Uri("wss://example.test/x") };

    [Theory]
    [InlineData(1000, ReconnectPace.Backoff)]
    [InlineData(1001, ReconnectPace.Backoff)]
    [InlineData(1002, ReconnectPace.Ceiling)]
    [InlineData(1003, ReconnectPace.Ceiling)]
    [InlineData(1005, ReconnectPace.Backoff)]
    [InlineData(1007, ReconnectPace.Ceiling)]
    [InlineData(1008, ReconnectPace.Ceiling)]
    [InlineData(1009, ReconnectPace.Ceiling)]
    [InlineData(1010, ReconnectPace.Ceiling)]
    [InlineData(1011, ReconnectPace.Ceiling)]
    [InlineData(1012, ReconnectPace.Restart)]
    [InlineData(1013, ReconnectPace.Ceiling)]
    [InlineData(4000, ReconnectPace.Backoff)]
    public void Each_close_code_has_its_pace(int code, object pace)
    {
        Reaction reaction = Reaction.To(new ConnectionEnd(ConnectionEndKind.Closed, (ushort)code, 0), Options);
        Assert.Equal((ReconnectPace)pace, reaction.Pace);
        Assert.Contains($"{code}", reaction.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Pauses_double_to_the_ceiling_and_are_shortened_by_half_at_most()
    {
        Backoff backoff = new(100, 1_000);
        Reaction plain = new(ReconnectPace.Backoff, "");
        foreach (int most in new[] { 100, 200, 400, 800, 1_000, 1_000, 1_000 })
        {
            Assert.InRange(backoff.Next(plain).TotalMilliseconds, most / 2.0, most);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next(plain).TotalMilliseconds, 50, 100);
        Assert.InRange(backoff.Next(new Reaction(ReconnectPace.Ceiling, "")).TotalMilliseconds, 500, 1_000);
        Assert.InRange(backoff.Next(new Reaction(ReconnectPace.Restart, "")).TotalMilliseconds, 5_000, 30_000);
        Assert.InRange(backoff.Next(new Reaction(ReconnectPace.Asked, "", TimeSpan.FromSeconds(7))).TotalMilliseconds, 7_000, 7_100);
    }

    [Fact]
    public void Silence_gets_one_ping_at_half_of_the_timeout_and_the_end_half_a_timeout_later()
    {
        FakeTimeProvider time = new();
        Liveness liveness = new(TimeSpan.FromSeconds(8), time);
        LivenessAdvice After(int seconds, long reads, bool busy = false)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            return liveness.Look(reads, busy);
        }

        Assert.Equal(LivenessAdvice.Wait, After(3, 0));
        Assert.Equal(LivenessAdvice.Ping, After(1, 0));
        Assert.Equal(LivenessAdvice.Wait, After(1, 0));
        Assert.Equal(LivenessAdvice.Wait, After(1, 1));
        Assert.Equal(LivenessAdvice.Ping, After(4, 1));
        Assert.Equal(LivenessAdvice.GiveUp, After(4, 1));
        Assert.Equal(LivenessAdvice.Wait, After(100, 1, busy: true));
        Assert.Equal(LivenessAdvice.Ping, After(100, 1));
        Assert.Equal(LivenessAdvice.GiveUp, After(4, 1));
    }
}
