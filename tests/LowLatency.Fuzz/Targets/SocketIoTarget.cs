using System.Text.Unicode;
using LowLatency.Feed;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A Socket.IO packet: a snapshot lies within the packet and is an object; where it is accepted, the whole event is JSON to
/// the framework. A text message is well-formed UTF-8 before it gets here, so other inputs are the frame decoder's.
/// </summary>
internal static class SocketIoTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (!Utf8.IsValid(input))
        {
            return;
        }

        SocketIoPacket packet = SocketIoParser.Parse(input);
        Invariant.Hold((packet.Kind == SocketIoKind.Rejected) == (packet.Reason != RejectReason.None), "a reason without a refusal, or the other way round");
        Invariant.Hold((packet.Kind == SocketIoKind.Snapshot) == !packet.Payload.IsEmpty, "a payload without a snapshot, or the other way round");
        Invariant.Hold(packet.PingIntervalMs >= 0 && packet.PingTimeoutMs >= 0, "a negative time");
        if (packet.Kind == SocketIoKind.Snapshot)
        {
            Invariant.Hold(input.Overlaps(packet.Payload) && packet.Payload[0] == '{' && packet.Payload[^1] == '}', "the snapshot is no object of the packet's");
            PoolSnapshot snapshot = PoolSnapshot.Empty;
            if (SnapshotParser.Parse(packet.Payload, ref snapshot) == RejectReason.None)
            {
                Invariant.Hold(WellFormed.IsJson(Arguments(input), (byte)'['), "an event that is accepted is not JSON");
            }
        }

        PublisherHarness.HoldSurvives(input, isText: true, FeedFormat.SocketIo);
    }

    // Behind "42", "/namespace," and an acknowledgement id.
    private static ReadOnlySpan<byte> Arguments(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> rest = packet[2..];
        rest = rest[0] == '/' ? rest[(rest.IndexOf((byte)',') + 1)..] : rest;
        return rest.TrimStart("0123456789"u8);
    }
}
