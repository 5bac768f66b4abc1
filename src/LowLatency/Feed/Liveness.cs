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
/// gives up when the ping has stayed without an answer for the other half: nobody is given up unasked, however late a look
/// comes. Silence is measured from the last look that saw a new read, so it is off by one look at most.
/// </summary>
internal sealed class Liveness(TimeSpan timeout, TimeProvider time)
{
    private const int LooksPerTimeout = 8;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private long _reads;
    private long _since = time.GetTimestamp();
    private long _pingedAt;
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

        if (_pinged)
        {
            return time.GetElapsedTime(_pingedAt, now) >= timeout / 2 ? LivenessAdvice.GiveUp : LivenessAdvice.Wait;
        }

        _pinged = time.GetElapsedTime(_since, now) >= timeout / 2;
        _pingedAt = now;
        return _pinged ? LivenessAdvice.Ping : LivenessAdvice.Wait;
    }
}
