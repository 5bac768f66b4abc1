namespace LowLatency.Feed.Solana;

/// <summary>
/// Parses Solana JSON-RPC PubSub text messages (market.md, section 4). Two ways give one result: the order of members that
/// nodes write is compared as fixed text, every other order and spacing goes through the strict grammar. The fixed way
/// accepts nothing that the strict one rejects, and rejects nothing itself: what it does not recognise is the strict one's
/// to judge. Allocates nothing.
/// </summary>
public static class PubSubParser
{
    /// <summary>A buffer of this size takes the data of every account that is read; less serves for shorter ones.</summary>
    public const int BufferBytes = 4_096;

    /// <summary>
    /// Parses one message; account data is decoded into <paramref name="buffer"/>, which the message borrows. After
    /// <see cref="RejectReason.UnsupportedEncoding"/> the message is whole but for its data; after any other rejection it is
    /// undefined.
    /// </summary>
    public static RejectReason Parse(ReadOnlySpan<byte> utf8, Span<byte> buffer, out PubSubMessage message) =>
        TryParseKnownOrder(utf8, buffer, out message) ? RejectReason.None : ParseAnyOrder(utf8, buffer, out message);

    /// <summary>The fixed way alone: false where the message is not written as nodes write it.</summary>
    public static bool TryParseKnownOrder(ReadOnlySpan<byte> utf8, Span<byte> buffer, out PubSubMessage message)
    {
        message = default;
        return KnownOrderParser.TryParse(utf8, buffer, ref message);
    }

    /// <summary>The strict way alone: members in any order, unknown ones skipped.</summary>
    public static RejectReason ParseAnyOrder(ReadOnlySpan<byte> utf8, Span<byte> buffer, out PubSubMessage message)
    {
        message = default;
        return AnyOrderParser.Parse(utf8, buffer, ref message);
    }
}
