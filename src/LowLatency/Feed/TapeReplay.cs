using System.Buffers.Binary;
using System.Diagnostics;

namespace LowLatency.Feed;

/// <summary>What a replay gave.</summary>
/// <param name="Messages">Messages given to the sink.</param>
/// <param name="Lost">Records that the recorder had left out.</param>
/// <param name="End">Why the tape ended.</param>
public readonly record struct TapeReplayResult(long Messages, long Lost, TapeEnd End);

/// <summary>Gives a tape to a sink, as the feed gave it when it was recorded, as fast as the sink takes it.</summary>
public static class TapeReplay
{
    /// <summary>Replays to the end of the tape or until cancelled. The clock must be the one that the sink judges by.</summary>
    public static TapeReplayResult Run(TapeReader tape, IFeedSink sink, TapeClock clock, CancellationToken cancellationToken = default)
    {
        long messages = 0;
        long lost = 0;
        while (!cancellationToken.IsCancellationRequested && tape.TryRead(out TapeRecord record))
        {
            clock.Set(tape.StartUtcMs, record.ArrivalNs);
            switch (record.Kind)
            {
                case TapeRecordKind.Text or TapeRecordKind.Binary:
                    sink.OnMessage(record.Payload, record.Kind == TapeRecordKind.Text, Stopwatch.GetTimestamp());

                    // At the latest when it was in the feed: what the next message answers has been asked.
                    sink.OnBatchEnd();
                    messages++;
                    break;
                case TapeRecordKind.Connected:
                    sink.OnConnected(IFeedSender.Nobody);
                    break;
                case TapeRecordKind.Interrupted:
                    sink.OnInterrupted();
                    break;
                default:
                    lost += record.Payload.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(record.Payload) : 1;
                    break;
            }
        }

        sink.OnBatchEnd();
        return new TapeReplayResult(messages, lost, tape.End);
    }
}
