namespace LowLatency.Feed.Solana;

/// <summary>The result of a Helius <c>transactionNotification</c> by strict grammar, read for its logs; the rest is skipped.</summary>
internal static class TransactionReader
{
    public static RejectReason Read(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Transaction | Members.Signature | Members.Slot);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member switch
            {
                Members.Signature => RpcValues.ReadSignature(ref json, ref message.Signature),
                Members.Slot => RpcValues.ReadUnsigned(ref json, ref message.Slot),
                _ => ReadTransaction(ref json, ref message),
            };
        }

        return walk.End(Members.Transaction | Members.Signature | Members.Slot);
    }

    private static RejectReason ReadTransaction(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Meta);
        while (walk.TryNext(ref json, out _))
        {
            walk.Reason = ReadMeta(ref json, ref message);
        }

        return walk.End(Members.Meta);
    }

    private static RejectReason ReadMeta(scoped ref JsonCursor json, ref PubSubMessage message)
    {
        MemberWalk walk = new(Members.Err | Members.LogMessages);
        while (walk.TryNext(ref json, out Members member))
        {
            walk.Reason = member == Members.Err
                ? NotificationReader.ReadErr(ref json, ref message)
                : RpcValues.ReadLines(ref json, out message.Logs);
        }

        return walk.End(Members.Err | Members.LogMessages);
    }
}
