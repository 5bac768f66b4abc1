using System.Text;
using LowLatency.Feed.Solana;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>Compares messages field by field.</summary>
internal static class PubSubView
{
    public static bool Same(in PubSubMessage a, in PubSubMessage b) =>
        a.Kind == b.Kind && a.Encoding == b.Encoding && a.HasId == b.HasId && a.Accepted == b.Accepted && a.Failed == b.Failed
        && a.Id == b.Id && a.Subscription == b.Subscription && a.Slot == b.Slot && a.Parent == b.Parent && a.Root == b.Root
        && a.Lamports == b.Lamports && a.ErrorCode == b.ErrorCode && a.ErrorMessage.SequenceEqual(b.ErrorMessage)
        && a.Pubkey.SequenceEqual(b.Pubkey) && a.Owner.SequenceEqual(b.Owner) && a.Data.SequenceEqual(b.Data)
        && a.DataText.SequenceEqual(b.DataText) && a.Signature.SequenceEqual(b.Signature) && a.Logs.SequenceEqual(b.Logs);

    /// <summary>What the message means, whatever its order, spacing and escapes: log lines count by the ray_logs among them.</summary>
    public static string Meaning(in PubSubMessage m)
    {
        StringBuilder text = new();
        text.Append($"{m.Kind} {m.Encoding} {m.HasId} {m.Accepted} {m.Failed} {m.Id} {m.Subscription} {m.Slot} {m.Parent} {m.Root} {m.Lamports} {m.ErrorCode} ");
        text.Append($"{Text(m.Pubkey)} {Text(m.Owner)} {Convert.ToHexString(m.Data)} {Text(m.Signature)}");
        for (RayLogReader logs = m.RayLogs; logs.TryRead(out ReadOnlySpan<byte> base64);)
        {
            text.Append(' ').Append(Text(base64));
        }

        return text.ToString();
    }

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
