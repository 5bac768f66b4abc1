using System.Buffers.Text;

namespace LowLatency.Feed;

/// <summary>
/// Takes Socket.IO 4 packets over a WebSocket apart (Engine.IO 4 text packets; market.md, section 3). A function of one
/// message: it knows no socket, keeps no state and allocates nothing. The owner of the connection sends the reply.
/// A namespace and an acknowledgement id before an event are passed over: whoever sends a pool's event is heard.
/// </summary>
public static class SocketIoParser
{
    private static readonly byte[] ConnectPacket = [.. "40"u8];
    private static readonly byte[] PongPacket = [.. "3"u8];
    private static readonly byte[] ClosePacket = [.. "1"u8];

    /// <summary>Takes one text message, well-formed UTF-8, apart.</summary>
    public static SocketIoPacket Parse(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("42"u8))
        {
            return Event(text[2..]);
        }

        return text.IsEmpty ? Reject(RejectReason.UnknownPacket) : text[0] switch
        {
            (byte)'0' => Open(text[1..]),
            (byte)'2' when text.Length == 1 => new SocketIoPacket { Kind = SocketIoKind.Ping, Reply = PongPacket },
            (byte)'1' or (byte)'3' or (byte)'6' when text.Length == 1 => new SocketIoPacket { Kind = SocketIoKind.Idle },
            (byte)'4' when text.Length > 1 => Control(text[1]),
            _ => Reject(RejectReason.UnknownPacket),
        };
    }

    private static SocketIoPacket Reject(RejectReason reason) => new() { Kind = SocketIoKind.Rejected, Reason = reason };

    // A session that the server refuses (4) or ends (1) is closed by us: the reconnect has a back-off, a new join has none.
    private static SocketIoPacket Control(byte type) => type switch
    {
        (byte)'0' => new SocketIoPacket { Kind = SocketIoKind.Joined },
        (byte)'1' or (byte)'4' => new SocketIoPacket { Kind = SocketIoKind.Rejected, Reason = RejectReason.SessionEnded, Reply = ClosePacket },
        (byte)'3' => new SocketIoPacket { Kind = SocketIoKind.Idle },
        (byte)'5' or (byte)'6' => Reject(RejectReason.UnexpectedBinary),
        _ => Reject(RejectReason.UnknownPacket),
    };

    private static SocketIoPacket Open(ReadOnlySpan<byte> text)
    {
        JsonCursor json = new(text);
        int interval = 0;
        int timeout = 0;
        if (!json.TryTake((byte)'{'))
        {
            return Reject(RejectReason.MalformedJson);
        }

        if (!json.TryTake((byte)'}'))
        {
            do
            {
                if (!json.TryReadString(out ReadOnlySpan<byte> name, out _) || !json.TryTake((byte)':'))
                {
                    return Reject(RejectReason.MalformedJson);
                }

                RejectReason reason = name.SequenceEqual("pingInterval"u8) ? JsonValues.ReadInt(ref json, int.MaxValue, ref interval)
                    : name.SequenceEqual("pingTimeout"u8) ? JsonValues.ReadInt(ref json, int.MaxValue, ref timeout)
                    : json.SkipValue(SnapshotParser.MaxDepth);
                if (reason != RejectReason.None)
                {
                    return Reject(reason);
                }
            }
            while (json.TryTake((byte)','));

            if (!json.TryTake((byte)'}'))
            {
                return Reject(RejectReason.MalformedJson);
            }
        }

        return !json.IsAtEnd ? Reject(RejectReason.MalformedJson) : new SocketIoPacket
        {
            Kind = SocketIoKind.Open,
            Reply = ConnectPacket,
            PingIntervalMs = interval,
            PingTimeoutMs = timeout,
        };
    }

    private static SocketIoPacket Event(ReadOnlySpan<byte> text)
    {
        if (!TrySkipAddress(ref text))
        {
            return Reject(RejectReason.UnknownPacket);
        }

        JsonCursor json = new(text);
        Span<byte> unescaped = stackalloc byte[32];
        if (!json.TryTake((byte)'[') || !json.TryReadString(out ReadOnlySpan<byte> name, out bool escaped))
        {
            return Reject(RejectReason.MalformedJson);
        }

        ReadOnlySpan<byte> plain = escaped ? JsonCursor.Unescape(name, unescaped) : name;
        if (!plain.SequenceEqual("pool_update"u8) && !plain.SequenceEqual("pool_status_6"u8))
        {
            return Reject(RejectReason.UnknownEvent);
        }

        if (!json.TryTake((byte)','))
        {
            return Reject(json.TryTake((byte)']') && json.IsAtEnd ? RejectReason.MissingMember : RejectReason.MalformedJson);
        }

        ReadOnlySpan<byte> payload = default;
        RejectReason reason = ReadArgument(ref json, ref payload);
        while (reason is RejectReason.None or RejectReason.WrongType && json.TryTake((byte)','))
        {
            reason = json.SkipValue(SnapshotParser.MaxDepth) is var skipped and not RejectReason.None ? skipped : reason;
        }

        bool isWhole = json.TryTake((byte)']') && json.IsAtEnd;
        return reason is not (RejectReason.None or RejectReason.WrongType) ? Reject(reason)
            : !isWhole ? Reject(RejectReason.MalformedJson)
            : reason != RejectReason.None ? Reject(reason)
            : new SocketIoPacket { Kind = SocketIoKind.Snapshot, Payload = payload };
    }

    // "/namespace," and digits, both optional.
    private static bool TrySkipAddress(ref ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("/"u8))
        {
            int comma = text.IndexOf((byte)',');
            if (comma < 0)
            {
                return false;
            }

            text = text[(comma + 1)..];
        }

        text = text[(Utf8Parser.TryParse(text, out ulong _, out int digits) ? digits : 0)..];
        return true;
    }

    // The snapshot is the argument itself or the object that the argument has under "data".
    private static RejectReason ReadArgument(scoped ref JsonCursor json, ref ReadOnlySpan<byte> payload)
    {
        if (!json.IsNext((byte)'{'))
        {
            return json.SkipValue(SnapshotParser.MaxDepth) is var skipped and not RejectReason.None ? skipped : RejectReason.WrongType;
        }

        int start = json.Position;
        if (json.IsSnapshotNext && json.TrySkipFlatObject())
        {
            payload = json.Since(start);
            return RejectReason.None;
        }

        RejectReason reason = ReadMembers(ref json, ref payload);
        payload = payload.IsEmpty ? json.Since(start) : payload;
        return reason;
    }

    private static RejectReason ReadMembers(scoped ref JsonCursor json, ref ReadOnlySpan<byte> data)
    {
        if (!json.TryTake((byte)'{'))
        {
            return RejectReason.MalformedJson;
        }

        if (json.TryTake((byte)'}'))
        {
            return RejectReason.None;
        }

        do
        {
            if (!json.TryReadString(out ReadOnlySpan<byte> name, out _) || !json.TryTake((byte)':'))
            {
                return RejectReason.MalformedJson;
            }

            bool isData = json.IsNext((byte)'{') && name.SequenceEqual("data"u8);
            int start = json.Position;
            RejectReason reason = isData && !data.IsEmpty ? RejectReason.DuplicateMember
                : isData && json.TrySkipFlatObject() ? RejectReason.None
                : json.SkipValue(SnapshotParser.MaxDepth);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            data = isData ? json.Since(start) : data;
        }
        while (json.TryTake((byte)','));

        return json.TryTake((byte)'}') ? RejectReason.None : RejectReason.MalformedJson;
    }
}
