using System.Text.Unicode;

namespace LowLatency.Feed.Solana;

/// <summary>The envelope of a PubSub message by strict grammar. What <c>params</c> holds is <see cref="NotificationReader"/>'s.</summary>
internal static class AnyOrderParser
{
    private const Members Envelope =
        Members.JsonRpc | Members.Method | Members.Params | Members.Result | Members.Error | Members.Id;

    public static RejectReason Parse(ReadOnlySpan<byte> utf8, Span<byte> buffer, ref PubSubMessage message)
    {
        if (!Utf8.IsValid(utf8))
        {
            return RejectReason.InvalidUtf8;
        }

        JsonCursor json = new(utf8);
        if (!json.IsNext((byte)'{'))
        {
            return RejectReason.MalformedJson;
        }

        message.Scratch = buffer;
        PubSubKind answer = PubSubKind.None;
        PubSubKind notification = PubSubKind.None;
        JsonCursor parameters = default;
        bool areParametersRead = false;
        MemberWalk walk = new(Envelope);
        while (walk.TryNext(ref json, out Members member))
        {
            switch (member)
            {
                case Members.JsonRpc:
                    walk.Reason = RpcValues.ReadVersion(ref json);
                    break;
                case Members.Method:
                    walk.Reason = ReadMethod(ref json, out notification);
                    break;
                case Members.Params when notification != PubSubKind.None:
                    areParametersRead = true;
                    walk.Reason = NotificationReader.Read(ref json, notification, buffer, ref message);
                    break;
                case Members.Params:
                    // What they mean is told by the method, which is yet to come.
                    parameters = json;
                    walk.Reason = RpcValues.Skip(ref json);
                    break;
                case Members.Result:
                    walk.Reason = ReadResult(ref json, out answer, ref message);
                    break;
                case Members.Error:
                    walk.Reason = ReadError(ref json, ref message);
                    break;
                default:
                    walk.Reason = ReadId(ref json, ref message);
                    break;
            }
        }

        RejectReason reason = walk.End(Members.None);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!json.IsAtEnd)
        {
            return RejectReason.MalformedJson;
        }

        reason = Conclude(walk.Seen, answer, notification, ref message);
        return reason != RejectReason.None || message.Kind < PubSubKind.Slot ? reason
            : !areParametersRead && NotificationReader.Read(ref parameters, notification, buffer, ref message) is var read and not RejectReason.None ? read
            : HasForeignData(message) ? RejectReason.UnsupportedEncoding
            : RejectReason.None;
    }

    // One of method, result and error says what the message is.
    private static RejectReason Conclude(Members seen, PubSubKind answer, PubSubKind notification, ref PubSubMessage message)
    {
        const Members kinds = Members.Method | Members.Result | Members.Error;
        Members required = Members.JsonRpc;
        switch (seen & kinds)
        {
            case Members.Method:
                message.Kind = notification;
                required |= Members.Params;
                break;
            case Members.Result:
                message.Kind = answer;
                required |= Members.Id;
                break;
            case Members.Error:
                message.Kind = PubSubKind.Error;
                break;
            default:
                return RejectReason.NotJsonRpc;
        }

        return message.Kind == PubSubKind.None ? RejectReason.UnknownMethod
            : (seen & required) != required || (message.Kind is PubSubKind.Ack or PubSubKind.Unsubscribed && !message.HasId) ? RejectReason.MissingMember
            : RejectReason.None;
    }

    private static bool HasForeignData(in PubSubMessage message) =>
        message.Kind is PubSubKind.Account or PubSubKind.Program && message.Encoding != DataEncoding.Base64;

    private static RejectReason ReadMethod(scoped ref JsonCursor json, out PubSubKind kind)
    {
        RejectReason reason = RpcValues.ReadText(ref json, out ReadOnlySpan<byte> content, out bool escaped);
        ReadOnlySpan<byte> method = RpcValues.Resolve(content, escaped, stackalloc byte[RpcValues.MaxWordBytes]);
        kind = method.SequenceEqual("programNotification"u8) ? PubSubKind.Program
            : method.SequenceEqual("accountNotification"u8) ? PubSubKind.Account
            : method.SequenceEqual("logsNotification"u8) ? PubSubKind.Logs
            : method.SequenceEqual("slotNotification"u8) ? PubSubKind.Slot
            : method.SequenceEqual("transactionNotification"u8) ? PubSubKind.Transaction
            : PubSubKind.None;
        return reason;
    }

    private static RejectReason ReadResult(scoped ref JsonCursor json, out PubSubKind kind, ref PubSubMessage message)
    {
        message.Accepted = json.IsNext((byte)'t');
        if (message.Accepted || json.IsNext((byte)'f'))
        {
            kind = PubSubKind.Unsubscribed;
            return RpcValues.Skip(ref json);
        }

        kind = PubSubKind.Ack;
        return RpcValues.ReadUnsigned(ref json, ref message.Subscription);
    }

    private static RejectReason ReadId(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        message.HasId = !json.TryTakeNull();
        return message.HasId ? RpcValues.ReadUnsigned(ref json, ref message.Id) : RejectReason.None;
    }

    private static RejectReason ReadError(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Code | Members.Message);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member == Members.Code
                ? RpcValues.ReadSigned(ref json, ref message.ErrorCode)
                : RpcValues.ReadText(ref json, out message.ErrorMessage, out _);
        }

        return walk.End(Members.Code | Members.Message);
    }
}
