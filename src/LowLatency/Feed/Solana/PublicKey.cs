using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LowLatency.Feed.Solana;

/// <summary>A Solana key as its 32 bytes. Text is base58; <see cref="TryParse"/> and <see cref="TryFormat"/> allocate nothing.</summary>
public readonly struct PublicKey : IEquatable<PublicKey>
{
    /// <summary>Bytes of a key.</summary>
    public const int Bytes = Base58.KeyBytes;

    /// <summary>Longest text of a key.</summary>
    public const int MaxChars = Base58.MaxKeyChars;

    private readonly Block _bytes;

    /// <summary>Takes the first 32 bytes.</summary>
    public PublicKey(ReadOnlySpan<byte> bytes) => _bytes = MemoryMarshal.Read<Block>(bytes);

    /// <summary>Whether two keys are the same.</summary>
    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    /// <summary>Whether two keys differ.</summary>
    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);

    /// <summary>Reads base58 text; false for anything but the one text of a 32-byte key.</summary>
    public static bool TryParse(ReadOnlySpan<byte> base58, out PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bool parsed = Base58.TryDecode(base58, bytes);
        key = parsed ? new PublicKey(bytes) : default;
        return parsed;
    }

    /// <summary>Writes base58 text; false where it does not fit. <see cref="MaxChars"/> always suffice.</summary>
    public bool TryFormat(Span<byte> base58, out int written)
    {
        if (base58.Length >= MaxChars)
        {
            written = Base58.Encode(_bytes, base58);
            return true;
        }

        Span<byte> text = stackalloc byte[MaxChars];
        written = Base58.Encode(_bytes, text);
        if (text[..written].TryCopyTo(base58))
        {
            return true;
        }

        written = 0;
        return false;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> bytes) => ((ReadOnlySpan<byte>)_bytes).CopyTo(bytes);

    /// <summary>Whether two keys are the same.</summary>
    public bool Equals(PublicKey other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>((ReadOnlySpan<byte>)_bytes);
        return HashCode.Combine(words[0], words[1], words[2], words[3]);
    }

    /// <summary>Base58 text.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxChars];
        return Encoding.ASCII.GetString(text[..Base58.Encode(_bytes, text)]);
    }

    [InlineArray(Bytes)]
    private struct Block
    {
        private byte _first;
    }
}
