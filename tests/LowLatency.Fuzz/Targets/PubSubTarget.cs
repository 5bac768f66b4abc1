using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A PubSub message: what the known order accepts, the strict way accepts with the same result; what is accepted is JSON to the
/// framework; every view of an account's data and every ray_log can be read to its end.
/// </summary>
internal static class PubSubTarget
{
    private const ulong OracleEvery = 16;

    public static void Run(ReadOnlySpan<byte> input)
    {
        Span<byte> one = stackalloc byte[PubSubParser.BufferBytes];
        Span<byte> two = stackalloc byte[PubSubParser.BufferBytes];
        bool isKnown = PubSubParser.TryParseKnownOrder(input, one, out PubSubMessage known);
        RejectReason reason = PubSubParser.ParseAnyOrder(input, two, out PubSubMessage strict);
        Invariant.Hold(!isKnown || (reason == RejectReason.None && Same(known, strict)), $"the known order accepts, the strict way says {reason} or reads it otherwise");
        if (reason == RejectReason.None)
        {
            Invariant.Hold(WellFormed.IsJson(input, (byte)'{'), "what is accepted is not JSON");
            if (strict.Kind is PubSubKind.Account or PubSubKind.Program)
            {
                AccountViews.Read(strict);
            }
            else if (strict.Kind is PubSubKind.Logs or PubSubKind.Transaction)
            {
                RayLogViews.Read(strict, input.Length);
            }
        }
        else if (reason == RejectReason.MalformedJson && InputHash.Fold(input) % OracleEvery == 0)
        {
            Invariant.Hold(!WellFormed.IsJson(input, (byte)'{'), "what is refused as malformed is a JSON object");
        }
    }

    private static bool Same(in PubSubMessage a, in PubSubMessage b) =>
        a.Kind == b.Kind && a.Encoding == b.Encoding && a.HasId == b.HasId && a.Accepted == b.Accepted && a.Failed == b.Failed
        && a.Id == b.Id && a.Subscription == b.Subscription && a.Slot == b.Slot && a.Parent == b.Parent && a.Root == b.Root
        && a.Lamports == b.Lamports && a.ErrorCode == b.ErrorCode && a.ErrorMessage.SequenceEqual(b.ErrorMessage)
        && a.Pubkey.SequenceEqual(b.Pubkey) && a.Owner.SequenceEqual(b.Owner) && a.Data.SequenceEqual(b.Data)
        && a.DataText.SequenceEqual(b.DataText) && a.Signature.SequenceEqual(b.Signature) && a.Logs.SequenceEqual(b.Logs);
}
