using System.Buffers.Binary;
using System.Diagnostics;

namespace LowLatency.Feed;

/// <summary>What happens to a record when the disk is too slow and the tape's buffer is full.</summary>
public enum TapeFullPolicy : byte
{
    /// <summary>It is left out and counted, and the tape says so. A feed never waits for its recorder.</summary>
    Drop,

    /// <summary>The feed waits. For recordings that must be whole.</summary>
    Wait,
}

/// <summary>
/// Stands before a sink and records everything it gets, in the order it gets it. Called by the feed's one logical thread,
/// which only copies into a buffer of fixed size; a thread of its own carries that to the file, at least every
/// <see cref="FlushIntervalMs"/>. A file that cannot be written ends the recording, never the feed.
/// </summary>
public sealed class TapeWriter : IFeedSink, IDisposable
{
    /// <summary>Longest time that a record waits before it is given to the file.</summary>
    public const int FlushIntervalMs = 100;

    /// <summary>Size of each of the two buffers.</summary>
    public const int DefaultBufferBytes = 4 << 20;

    private readonly Stream _file;
    private readonly IFeedSink _inner;
    private readonly TapeClock _clock;
    private readonly TapeFullPolicy _policy;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly long _startUtcMs;
    private readonly long _started = Stopwatch.GetTimestamp();

    // The feed's thread alone knows the last arrival: they never go back, whatever the stamps say.
    private long _lastArrivalNs;

    // All below is guarded by _gate, except that the thread alone owns the buffer it has taken away.
    private byte[] _filling;
    private byte[] _spare;
    private int _filled;
    private long _untold;
    private long _lost;
    private long _recorded;
    private bool _stopping;
    private string? _failure;

    /// <summary>Begins a tape on a file, which it then owns.</summary>
    /// <param name="file">Where the tape goes.</param>
    /// <param name="format">What the feed's text messages are; kept in the tape.</param>
    /// <param name="inner">The sink that the feed was made for.</param>
    /// <param name="clock">The clock that the sink judges by; this tape sets it.</param>
    /// <param name="policy">What happens when the buffer is full.</param>
    /// <param name="bufferBytes">Size of each of the two buffers.</param>
    public TapeWriter(
        Stream file, FeedFormat format, IFeedSink inner, TapeClock clock,
        TapeFullPolicy policy = TapeFullPolicy.Drop, int bufferBytes = DefaultBufferBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferBytes, TapeFormat.RecordHeaderBytes * 4);
        _file = file;
        _inner = inner;
        _clock = clock;
        _policy = policy;
        _filling = new byte[bufferBytes];
        _spare = new byte[bufferBytes];
        _startUtcMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        _clock.Set(_startUtcMs, 0);
        Span<byte> header = stackalloc byte[TapeFormat.FileHeaderBytes];
        TapeFormat.WriteFileHeader(header, format, _startUtcMs);
        file.Write(header);
        _thread = new Thread(Carry) { IsBackground = true, Name = "tape" };
        _thread.Start();
    }

    /// <summary>Records taken so far.</summary>
    public long Recorded => Volatile.Read(ref _recorded);

    /// <summary>Records left out because the buffer was full, longer than it, or the file had failed.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Why the recording ended early, or null.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <inheritdoc/>
    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        Record(isText ? TapeRecordKind.Text : TapeRecordKind.Binary, receivedTimestamp, payload);
        _inner.OnMessage(payload, isText, receivedTimestamp);
    }

    /// <inheritdoc/>
    public bool HasBacklog => _inner.HasBacklog;

    /// <inheritdoc/>
    public void OnBatchEnd() => _inner.OnBatchEnd();

    /// <inheritdoc/>
    public void OnConnected(IFeedSender sender)
    {
        Record(TapeRecordKind.Connected, Stopwatch.GetTimestamp(), []);
        _inner.OnConnected(sender);
    }

    /// <inheritdoc/>
    public void OnInterrupted()
    {
        Record(TapeRecordKind.Interrupted, Stopwatch.GetTimestamp(), []);
        _inner.OnInterrupted();
    }

    /// <summary>Carries what is left to the file and closes it. The feed must have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        _file.Dispose();
    }

    private void Record(TapeRecordKind kind, long timestamp, ReadOnlySpan<byte> payload)
    {
        long arrivalNs = Math.Max(_lastArrivalNs, Stopwatch.GetElapsedTime(_started, timestamp).Ticks * TimeSpan.NanosecondsPerTick);
        _lastArrivalNs = arrivalNs;
        _clock.Set(_startUtcMs, arrivalNs);
        lock (_gate)
        {
            int needed = TapeFormat.RecordHeaderBytes + payload.Length + (_untold > 0 ? TapeFormat.RecordHeaderBytes + sizeof(long) : 0);
            if (needed > _filling.Length - _filled && !TryMakeRoom(needed))
            {
                _untold++;
                _lost++;
                return;
            }

            if (_untold > 0)
            {
                Span<byte> count = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(count, _untold);
                Append(TapeRecordKind.Lost, arrivalNs, count);
                _untold = 0;
            }

            Append(kind, arrivalNs, payload);
            _recorded++;
        }
    }

    // Whoever waits here waits for the thread to take the full buffer away.
    private bool TryMakeRoom(int needed)
    {
        Monitor.PulseAll(_gate);
        while (_policy == TapeFullPolicy.Wait && _failure is null && needed <= _filling.Length && needed > _filling.Length - _filled)
        {
            Monitor.Wait(_gate);
        }

        return _failure is null && needed <= _filling.Length - _filled;
    }

    private void Append(TapeRecordKind kind, long arrivalNs, ReadOnlySpan<byte> payload)
    {
        TapeFormat.WriteRecord(_filling.AsSpan(_filled), kind, arrivalNs, payload);
        bool wasSmall = _filled < _filling.Length / 2;
        _filled += TapeFormat.RecordHeaderBytes + payload.Length;
        if (wasSmall && _filled >= _filling.Length / 2)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Carry()
    {
        byte[]? full = null;
        bool last;
        do
        {
            int length;
            lock (_gate)
            {
                // The buffer just carried is free again; a feed that waits for room is told.
                _spare = full ?? _spare;
                if (!_stopping && _filled < _filling.Length / 2)
                {
                    Monitor.Wait(_gate, FlushIntervalMs);
                }

                (full, length, last) = (_filling, _filled, _stopping);
                _filling = _spare;
                _filled = 0;
                Monitor.PulseAll(_gate);
            }

            WriteOut(full.AsSpan(0, length));
        }
        while (!last);
    }

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || _failure is not null)
        {
            return;
        }

        try
        {
            _file.Write(bytes);
            _file.Flush();
        }
        catch (IOException e)
        {
            lock (_gate)
            {
                _failure = e.Message;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
