namespace LowLatency.Feed.Solana;

/// <summary>
/// Walks the ray_logs of a log array that <see cref="PubSubParser"/> has accepted; lines are looked at only when asked for. A
/// line belongs to it by its text alone: any program may log such a line, so its source is told by the subscription.
/// </summary>
public ref struct RayLogReader
{
    private readonly Span<byte> _scratch;
    private JsonCursor _json;

    internal RayLogReader(ReadOnlySpan<byte> logs, Span<byte> scratch)
    {
        _scratch = scratch;
        _json = new JsonCursor(logs);
        _json.TryTake((byte)'[');
    }

    private static ReadOnlySpan<byte> Prefix => "Program log: ray_log: "u8;

    /// <summary>The base64 text of the next ray_log; valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> base64)
    {
        while (_json.TryReadString(out ReadOnlySpan<byte> line, out bool escaped))
        {
            _json.TryTake((byte)',');

            // What does not fit the scratch buffer is longer than any ray_log.
            ReadOnlySpan<byte> text = escaped ? JsonCursor.Unescape(line, _scratch) : line;
            if (text.StartsWith(Prefix))
            {
                base64 = text[Prefix.Length..];
                return true;
            }
        }

        base64 = default;
        return false;
    }
}
