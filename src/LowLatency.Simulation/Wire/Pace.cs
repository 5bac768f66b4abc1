using System.Diagnostics;

namespace LowLatency.Simulation.Wire;

/// <summary>When what is due: by event time and speed, or by a rate of wall time. Always from the start, so that lags are made up for.</summary>
internal sealed class Pace(double speed, double rate, int burst)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long? _firstMs;

    /// <summary>Time until something of this event time is due; the first is due at once.</summary>
    public TimeSpan UntilEvent(long dueMs)
    {
        _firstMs ??= dueMs;
        return rate > 0 || speed <= 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds((dueMs - _firstMs.Value) / speed) - Stopwatch.GetElapsedTime(_started);
    }

    /// <summary>Whether a burst begins with the message after so many.</summary>
    public bool IsBurstStart(long told) => rate > 0 && told % burst == 0;

    /// <summary>Time until the burst after so many messages is due.</summary>
    public TimeSpan UntilBurst(long told) => TimeSpan.FromSeconds(told / rate) - Stopwatch.GetElapsedTime(_started);
}
