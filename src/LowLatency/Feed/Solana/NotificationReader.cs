namespace LowLatency.Feed.Solana;

/// <summary>The <c>params</c> of a notification by strict grammar, one method a level of nesting.</summary>
internal static class NotificationReader
{
    private const Members AccountMembers = Members.Lamports | Members.Data | Members.Owner | Members.Executable | Members.RentEpoch | Members.Space;

    public static RejectReason Read(scoped ref JsonCursor json, PubSubKind kind, Span<byte> buffer, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Result | Members.Subscription);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member == Members.Subscription ? RpcValues.ReadUnsigned(ref json, ref message.Subscription)
                : kind == PubSubKind.Slot ? ReadSlots(ref json, ref message)
                : kind == PubSubKind.Transaction ? TransactionReader.Read(ref json, ref message)
                : ReadInContext(ref json, kind, buffer, ref message);
        }

        return walk.End(Members.Result | Members.Subscription);
    }

    private static RejectReason ReadSlots(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Slot | Members.Parent | Members.Root);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member switch
            {
                Members.Slot => RpcValues.ReadUnsigned(ref json, ref message.Slot),
                Members.Parent => RpcValues.ReadUnsigned(ref json, ref message.Parent),
                _ => RpcValues.ReadUnsigned(ref json, ref message.Root),
            };
        }

        return walk.End(Members.Slot | Members.Parent | Members.Root);
    }

    private static RejectReason ReadInContext(scoped ref JsonCursor json, PubSubKind kind, Span<byte> buffer, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Context | Members.Value);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member == Members.Context ? ReadContext(ref json, ref message)
                : kind == PubSubKind.Program ? ReadKeyed(ref json, buffer, ref message)
                : kind == PubSubKind.Account ? ReadAccount(ref json, buffer, ref message)
                : ReadLogs(ref json, ref message);
        }

        return walk.End(Members.Context | Members.Value);
    }

    private static RejectReason ReadContext(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Slot | Members.ApiVersion);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member == Members.Slot ? RpcValues.ReadUnsigned(ref json, ref message.Slot) : RpcValues.Skip(ref json);
        }

        return walk.End(Members.Slot);
    }

    private static RejectReason ReadKeyed(scoped ref JsonCursor json, Span<byte> buffer, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Pubkey | Members.Account);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member == Members.Pubkey
                ? RpcValues.ReadKey(ref json, ref message.Pubkey)
                : ReadAccount(ref json, buffer, ref message);
        }

        return walk.End(Members.Pubkey | Members.Account);
    }

    // executable, rentEpoch and space decide nothing, and rentEpoch leaves 64 bits where a relay went through doubles.
    private static RejectReason ReadAccount(scoped ref JsonCursor json, Span<byte> buffer, ref PubSubMessage message)
    {
        MemberWalk walk = new(AccountMembers);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member switch
            {
                Members.Lamports => RpcValues.ReadUnsigned(ref json, ref message.Lamports),
                Members.Owner => RpcValues.ReadKey(ref json, ref message.Owner),
                Members.Data => ReadData(ref json, buffer, ref message),
                _ => RpcValues.Skip(ref json),
            };
        }

        return walk.End(Members.Lamports | Members.Owner | Members.Data);
    }

    private static RejectReason ReadData(scoped ref JsonCursor json, Span<byte> buffer, ref PubSubMessage message)
    {
        message.Encoding = DataEncoding.Other;
        if (!json.TryTake((byte)'['))
        {
            // jsonParsed is an object, the oldest form a bare string.
            return json.IsNext((byte)'{') || json.IsNext((byte)'"') ? RpcValues.Skip(ref json) : JsonValues.WrongType(ref json);
        }

        if (json.IsNext((byte)']'))
        {
            return RejectReason.WrongType;
        }

        RejectReason reason = RpcValues.ReadText(ref json, out ReadOnlySpan<byte> text, out bool isTextEscaped);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!json.TryTake((byte)','))
        {
            return json.IsNext((byte)']') ? RejectReason.WrongType : RejectReason.MalformedJson;
        }

        reason = RpcValues.ReadText(ref json, out ReadOnlySpan<byte> encoding, out bool isEncodingEscaped);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!json.TryTake((byte)']'))
        {
            return json.IsNext((byte)',') ? RejectReason.WrongType : RejectReason.MalformedJson;
        }

        message.DataText = text;
        message.Encoding = EncodingOf(RpcValues.Resolve(encoding, isEncodingEscaped, stackalloc byte[RpcValues.MaxWordBytes]));
        if (message.Encoding != DataEncoding.Base64)
        {
            return RejectReason.None;
        }

        reason = isTextEscaped ? StrictBase64.TryDecodeEscaped(text, buffer, out int written) : StrictBase64.TryDecode(text, buffer, out written);
        message.Data = buffer[..written];
        return reason;
    }

    private static DataEncoding EncodingOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("base64"u8) ? DataEncoding.Base64
        : name.SequenceEqual("base64+zstd"u8) ? DataEncoding.Base64Zstd
        : DataEncoding.Other;

    private static RejectReason ReadLogs(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Signature | Members.Err | Members.Logs);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member switch
            {
                Members.Signature => RpcValues.ReadSignature(ref json, ref message.Signature),
                Members.Logs => RpcValues.ReadLines(ref json, out message.Logs),
                _ => ReadErr(ref json, ref message),
            };
        }

        return walk.End(Members.Signature | Members.Err | Members.Logs);
    }

    /// <summary>Null is success; whatever else stands there is the failure.</summary>
    internal static RejectReason ReadErr(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        message.Failed = !json.TryTakeNull();
        return message.Failed ? RpcValues.Skip(ref json) : RejectReason.None;
    }
}
