using System.Buffers;
using System.Buffers.Binary;

namespace LowLatency.Fuzz;

/// <summary>
/// Makes inputs of inputs, by the seed alone: bits, bytes, numbers of every width, runs that are cut, doubled or moved, tails of
/// other inputs, words of the formats, and lines (what a conversation is made of).
/// </summary>
internal sealed class Mutator(int seed, int maxBytes)
{
    private static readonly long[] Edges = [0, 1, -1, 125, 126, 127, 128, 255, 256, 65_535, 65_536, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    private static readonly SearchValues<byte> Punctuation = SearchValues.Create("\",:{}[]\n"u8);

    private readonly Random _random = new(seed);
    private byte[] _bytes = new byte[maxBytes];
    private byte[] _spare = new byte[maxBytes];
    private int _length;

    /// <summary>The next input; valid until the next call.</summary>
    public ReadOnlySpan<byte> Make(IReadOnlyList<byte[]> inputs)
    {
        byte[] original = inputs[_random.Next(inputs.Count)];
        _length = Math.Min(original.Length, maxBytes);
        original.AsSpan(0, _length).CopyTo(_bytes);
        for (int changes = 1 << _random.Next(4); changes > 0; changes--)
        {
            Change(inputs[_random.Next(inputs.Count)]);
        }

        return _bytes.AsSpan(0, _length);
    }

    private void Change(byte[] other)
    {
        int at = _random.Next(_length + 1);
        int run = Math.Min(1 + _random.Next(1 << _random.Next(9)), _length - at);
        switch (_random.Next(12))
        {
            case 0 when at < _length:
                _bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < _length:
                _bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                Number(at);
                break;
            case 3:
                Replace(at, run, []);
                break;
            case 4:
                Replace(at, 0, _bytes.AsSpan(at, run).ToArray());
                break;
            case 5:
                Replace(at, 0, Dictionary.Pick(_random));
                break;
            case 6:
                Replace(at, TokenLength(at), Dictionary.Pick(_random));
                break;
            case 7:
                Replace(at, _length - at, other.AsSpan(_random.Next(other.Length + 1)));
                break;
            case 8:
                int from = _random.Next(other.Length + 1);
                Replace(at, 0, other.AsSpan(from, Math.Min(run + 1, other.Length - from)));
                break;
            case 9:
                Digit(at);
                break;
            case 10:
                Line(at, other);
                break;
            default:
                _length = _random.Next(8) == 0 ? at : _length;
                break;
        }
    }

    private void Number(int at)
    {
        int width = 1 << _random.Next(4);
        if (at + width > _length)
        {
            return;
        }

        long value = Edges[_random.Next(Edges.Length)] + _random.Next(-2, 3);
        Span<byte> big = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(big, value);
        Span<byte> number = big[^width..];
        if (_random.Next(2) == 0)
        {
            number.Reverse();
        }

        number.CopyTo(_bytes.AsSpan(at));
    }

    // Most of these leave a text whole.
    private void Digit(int at)
    {
        int digit = _bytes.AsSpan(at, _length - at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit >= 0)
        {
            _bytes[at + digit] = (byte)('0' + _random.Next(10));
        }
    }

    // A line is taken out, said again, or said by another input.
    private void Line(int at, ReadOnlySpan<byte> other)
    {
        int start = _bytes.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        int end = _bytes.AsSpan(at, _length - at).IndexOf((byte)'\n') is var found and >= 0 ? at + found + 1 : _length;
        switch (_random.Next(3))
        {
            case 0:
                Replace(start, end - start, []);
                break;
            case 1:
                Replace(start, 0, _bytes.AsSpan(start, end - start).ToArray());
                break;
            default:
                int pick = _random.Next(other.Length + 1);
                int from = other[..pick].LastIndexOf((byte)'\n') + 1;
                int to = other[pick..].IndexOf((byte)'\n') is var stop and >= 0 ? pick + stop + 1 : other.Length;
                Replace(start, 0, other[from..to]);
                break;
        }
    }

    private int TokenLength(int at) =>
        _bytes.AsSpan(at, _length - at).IndexOfAny(Punctuation) is var end and > 0 ? end : Math.Min(1, _length - at);

    private void Replace(int at, int removed, ReadOnlySpan<byte> added)
    {
        int length = _length - removed + added.Length;
        if (length > maxBytes)
        {
            return;
        }

        _bytes.AsSpan(0, at).CopyTo(_spare);
        added.CopyTo(_spare.AsSpan(at));
        _bytes.AsSpan(at + removed, _length - at - removed).CopyTo(_spare.AsSpan(at + added.Length));
        (_bytes, _spare, _length) = (_spare, _bytes, length);
    }
}
