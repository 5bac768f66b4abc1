using System.Globalization;
using System.Text;

namespace LowLatency.Feed;

/// <summary>The head of an HTTP/1.1 answer: its status and its headers.</summary>
internal readonly struct UpgradeAnswer
{
    private const int StatusDigits = 3;

    private readonly Dictionary<string, string> _headers;

    private UpgradeAnswer(int status, Dictionary<string, string> headers)
    {
        Status = status;
        _headers = headers;
    }

    public int Status { get; }

    private static ReadOnlySpan<byte> Version => "HTTP/1."u8;

    /// <summary>Whether what has come so far can still become an answer.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes)
    {
        int compared = Math.Min(bytes.Length, Version.Length);
        return bytes[..compared].SequenceEqual(Version[..compared]);
    }

    /// <summary>Reads a whole head, with its empty line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> head, out UpgradeAnswer answer)
    {
        answer = default;
        string[] lines = Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        int space = lines.Length == 0 ? -1 : lines[0].IndexOf(' ', StringComparison.Ordinal);
        if (!MayBegin(head) || space < 0 || lines[0].Length < space + 1 + StatusDigits
            || !int.TryParse(lines[0].AsSpan(space + 1, StatusDigits), NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status < 100)
        {
            return false;
        }

        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
            {
                return false;
            }

            string name = line[..colon];
            string value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out string? before) ? before + ", " + value : value;
        }

        answer = new UpgradeAnswer(status, headers);
        return true;
    }

    /// <summary>A header's values, joined with commas, or null.</summary>
    public string? Header(string name) => _headers.GetValueOrDefault(name);
}
