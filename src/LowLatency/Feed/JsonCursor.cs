using System.Buffers;
using System.Text;

namespace LowLatency.Feed;

/// <summary>Walks one JSON text by strict grammar (RFC 8259), on its own bytes. White space before a token is skipped.</summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> text)
{
    // A string ends at a quote, an escape or a control character; everything else is passed over at once.
    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000B\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return _at == _text.Length;
        }
    }

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _text[_at..];

    /// <summary>Bytes passed so far. Right after <see cref="IsNext"/> it is where the token begins.</summary>
    public readonly int Position => _at;

    /// <summary>Whether a snapshot in the gateway's own order begins here.</summary>
    public readonly bool IsSnapshotNext => _text[_at..].StartsWith("{\"pool_id\":"u8) || _text[_at..].StartsWith("{\"poolId\":"u8);

    public bool IsNumberNext
    {
        get
        {
            SkipSpace();
            return _at < _text.Length && (_text[_at] == '-' || char.IsAsciiDigit((char)_text[_at]));
        }
    }

    public bool IsNext(byte token)
    {
        SkipSpace();
        return _at < _text.Length && _text[_at] == token;
    }

    public bool TryTake(byte token)
    {
        if (!IsNext(token))
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>The text from <paramref name="start"/> to here.</summary>
    public readonly ReadOnlySpan<byte> Since(int start) => _text[start.._at];

    public bool TryTakeNull() => TryTakeWord("null"u8);

    /// <summary>The text between the quotes, escapes left as they are.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> content, out bool escaped)
    {
        content = default;
        escaped = false;
        if (!TryTake((byte)'"'))
        {
            return false;
        }

        int start = _at;
        while (true)
        {
            int stop = _text[_at..].IndexOfAny(StringStops);
            if (stop < 0)
            {
                return false;
            }

            _at += stop;
            byte c = _text[_at++];
            if (c == '"')
            {
                content = _text[start..(_at - 1)];
                return true;
            }

            if (c != '\\' || !TrySkipEscape())
            {
                return false;
            }

            escaped = true;
        }
    }

    public bool TryReadNumber(out ReadOnlySpan<byte> number, out bool isInteger)
    {
        SkipSpace();
        int start = _at;
        number = default;
        isInteger = true;
        _at += Peek() == '-' ? 1 : 0;
        if (Peek() == '0')
        {
            _at++;
        }
        else if (!TrySkipDigits())
        {
            return false;
        }

        if (Peek() == '.')
        {
            _at++;
            isInteger = false;
            if (!TrySkipDigits())
            {
                return false;
            }
        }

        if (Peek() is 'e' or 'E')
        {
            _at++;
            isInteger = false;
            _at += Peek() is '+' or '-' ? 1 : 0;
            if (!TrySkipDigits())
            {
                return false;
            }
        }

        number = _text[start.._at];
        return true;
    }

    /// <summary>Skips one value of any type, nested at most <paramref name="depth"/> levels.</summary>
    public RejectReason SkipValue(int depth)
    {
        SkipSpace();
        switch (Peek())
        {
            case '"':
                return Malformed(TryReadString(out _, out _));
            case 't':
                return Malformed(TryTakeWord("true"u8));
            case 'f':
                return Malformed(TryTakeWord("false"u8));
            case 'n':
                return Malformed(TryTakeNull());
            case '{' or '[':
                return depth == 0 ? RejectReason.TooDeep : SkipContainer(depth - 1);
            default:
                return Malformed(TryReadNumber(out _, out _));
        }
    }

    /// <summary>
    /// Passes over the object that begins here, if its end shows without reading it: no escape, no object inside, quotes in
    /// pairs, so that the first closing brace is outside every text. The content itself is not judged: whoever takes it must.
    /// </summary>
    public bool TrySkipFlatObject()
    {
        ReadOnlySpan<byte> rest = _text[_at..];
        int length = rest.IndexOf((byte)'}') + 1;
        ReadOnlySpan<byte> flat = rest[..length];
        if (length == 0 || flat[1..].ContainsAny((byte)'{', (byte)'\\') || (flat.Count((byte)'"') & 1) != 0)
        {
            return false;
        }

        _at += length;
        return true;
    }

    /// <summary>Resolves the escapes of a well-formed string; empty where the result does not fit <paramref name="buffer"/>.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> content, Span<byte> buffer)
    {
        int written = 0;
        for (int i = 0; i < content.Length; i++)
        {
            if (written + 3 > buffer.Length)
            {
                return default;
            }

            if (content[i] != '\\')
            {
                buffer[written++] = content[i];
                continue;
            }

            byte c = content[++i];
            if (c == 'u')
            {
                bool parsed = System.Buffers.Text.Utf8Parser.TryParse(content.Slice(i + 1, 4), out ushort unit, out _, 'x');
                i += 4;
                if (!parsed || !Rune.TryCreate((char)unit, out Rune rune))
                {
                    return default;
                }

                written += rune.EncodeToUtf8(buffer[written..]);
                continue;
            }

            buffer[written++] = c switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                _ => c,
            };
        }

        return buffer[..written];
    }

    private static RejectReason Malformed(bool wellFormed) => wellFormed ? RejectReason.None : RejectReason.MalformedJson;

    private RejectReason SkipContainer(int depth)
    {
        bool isObject = _text[_at++] == '{';
        byte end = (byte)(isObject ? '}' : ']');
        if (TryTake(end))
        {
            return RejectReason.None;
        }

        do
        {
            if (isObject && !(TryReadString(out _, out _) && TryTake((byte)':')))
            {
                return RejectReason.MalformedJson;
            }

            RejectReason reason = SkipValue(depth);
            if (reason != RejectReason.None)
            {
                return reason;
            }
        }
        while (TryTake((byte)','));

        return Malformed(TryTake(end));
    }

    private readonly int Peek() => _at < _text.Length ? _text[_at] : -1;

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _at++;
        }
    }

    private bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        SkipSpace();
        if (!_text[_at..].StartsWith(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private bool TrySkipDigits()
    {
        int start = _at;
        while (Peek() is >= '0' and <= '9')
        {
            _at++;
        }

        return _at > start;
    }

    private bool TrySkipEscape()
    {
        int c = Peek();
        _at += c < 0 ? 0 : 1;
        if (c != 'u')
        {
            return c is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't';
        }

        for (int i = 0; i < 4; i++, _at++)
        {
            if (!char.IsAsciiHexDigit((char)Math.Max(Peek(), 0)))
            {
                return false;
            }
        }

        return true;
    }
}
