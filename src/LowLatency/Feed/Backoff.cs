using System.Security.Cryptography;

namespace LowLatency.Feed;

/// <summary>
/// One thread. Pauses between attempts: doubling from a floor to a ceiling, each shortened by up to a half, so that a crowd of
/// clients does not return at once. The jitter decides nothing behind the ring.
/// </summary>
internal sealed class Backoff(int floorMs, int ceilingMs)
{
    private const int MaxDoublings = 16;
    private const int JitterSteps = 1_000;
    private const int RestartFloorMs = 5_000;
    private const int RestartCeilingMs = 30_000;

    private int _attempt;

    /// <summary>The next pause grows from the floor again.</summary>
    public void Reset() => _attempt = 0;

    public TimeSpan Next(in Reaction reaction)
    {
        double grown = Math.Min(ceilingMs, floorMs * Math.Pow(2, Math.Min(_attempt++, MaxDoublings)));
        double random = RandomNumberGenerator.GetInt32(JitterSteps) / (double)JitterSteps;
        double pause = reaction.Pace switch
        {
            ReconnectPace.Ceiling => ceilingMs * (1 + random) / 2,
            ReconnectPace.Restart => RestartFloorMs + (random * (RestartCeilingMs - RestartFloorMs)),
            ReconnectPace.Asked => reaction.Asked.TotalMilliseconds + (floorMs * random),
            _ => grown * (1 + random) / 2,
        };
        return TimeSpan.FromMilliseconds(pause);
    }
}
