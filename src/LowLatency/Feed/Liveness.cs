namespace LowLatency.Feed;

/// <summary>What a connection's watch is to do.</summary>
internal enum LivenessAdvice : byte
{
    /// <summary>Nothing: bytes come, or the silence is short.</summary>
    Wait,

    /// <summary>Half of the patience is gone: ask.</summary>
    Ping,

    /// <summary>Silent for too long.</summary>
    GiveUp,
}

/// <summary>
/// One thread, with a clock given at each call. Finds a connection that has gone mute: pings once at half of the timeout and
/// gives up at the whole of it. Silence is measured from the last look that saw a new read, so it is off by one look at most.
/// </summary>
internal sealed class Liveness(TimeSpan timeout, TimeProvider time)
{
    private const int LooksPerTimeout = 8;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private long _reads;
    private long _since = time.GetTimestamp();
    private bool _pinged;

    /// <summary>Time between two looks.</summary>
    public static TimeSpan Pause(TimeSpan timeout) => timeout / LooksPerTimeout > ShortestPause ? timeout / LooksPerTimeout : ShortestPause;

    /// <summary>Looks at the number of reads so far; <paramref name="busy"/> = the reader is not waiting for the server.</summary>
    public LivenessAdvice Look(long reads, bool busy)
    {
        long now = time.GetTimestamp();
        if (reads != _reads || busy)
        {
            _reads = reads;
            _since = now;
            _pinged = false;
        }

        TimeSpan silent = time.GetElapsedTime(_since, now);
        if (silent >= timeout)
        {
            return LivenessAdvice.GiveUp;
        }

        bool ping = silent >= timeout / 2 && !_pinged;
        _pinged |= ping;
        return ping ? LivenessAdvice.Ping : LivenessAdvice.Wait;
    }
}
