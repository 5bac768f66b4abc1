namespace LowLatency.Feed;

/// <summary>
/// The header of a frame from a server, taken byte by byte, so that it may arrive in pieces. A byte that is wrong is refused
/// when it comes, whatever is still missing.
/// </summary>
internal struct FrameHeader
{
    public const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;
    public const int MaxControlPayload = 125;
    public const byte FinalBit = 0x80, MaskBit = 0x80, CompressedBit = 0x40;

    private const byte OtherReservedBits = 0x30;
    private const byte Length16 = 126;
    private const byte Length64 = 127;

    private ulong _extended;
    private byte _first;
    private byte _shortLength;
    private byte _taken;

    /// <summary>No byte of the header has come.</summary>
    public readonly bool IsEmpty => _taken == 0;

    public readonly bool IsFinal => (_first & FinalBit) != 0;

    public readonly bool IsCompressed => (_first & CompressedBit) != 0;

    public readonly int Opcode => _first & 0x0F;

    public readonly bool IsControl => Opcode >= Close;

    /// <summary>Payload bytes that follow.</summary>
    public readonly ulong Length => _shortLength < Length16 ? _shortLength : _extended;

    private readonly int Size => 2 + (_shortLength == Length16 ? sizeof(ushort) : _shortLength == Length64 ? sizeof(ulong) : 0);

    /// <summary>
    /// Takes from <paramref name="input"/> until the header is whole. Not whole: all was taken, <paramref name="isWhole"/> is false.
    /// The return value is false where a byte breaks the protocol.
    /// </summary>
    public bool TryTake(ref ReadOnlySpan<byte> input, bool messageOpen, bool mayCompress, out bool isWhole)
    {
        isWhole = false;
        while (!input.IsEmpty)
        {
            byte b = input[0];
            input = input[1..];
            _taken++;
            bool good = _taken switch
            {
                1 => TakeFirst(b, messageOpen, mayCompress),
                2 => TakeSecond(b),
                _ => TakeLength(b),
            };
            if (!good)
            {
                return false;
            }

            if (_taken >= 2 && _taken == Size)
            {
                isWhole = true;
                return IsMinimal;
            }
        }

        return true;
    }

    // The shortest form of a length is the only one allowed, and its top bit is zero.
    private readonly bool IsMinimal => _shortLength switch
    {
        Length16 => _extended >= Length16,
        Length64 => _extended is > ushort.MaxValue and <= long.MaxValue,
        _ => true,
    };

    private bool TakeFirst(byte b, bool messageOpen, bool mayCompress)
    {
        _first = b;
        int opcode = Opcode;
        bool known = opcode is <= Binary or (>= Close and <= Pong);
        bool inOrder = IsControl || (opcode == Continuation) == messageOpen;
        bool reserved = (b & OtherReservedBits) != 0 || (IsCompressed && !(mayCompress && opcode is Text or Binary));
        return known && inOrder && !reserved && (IsFinal || !IsControl);
    }

    private bool TakeSecond(byte b)
    {
        _shortLength = b;
        return (b & MaskBit) == 0 && !(IsControl && b > MaxControlPayload);
    }

    private bool TakeLength(byte b)
    {
        _extended = (_extended << 8) | b;
        return true;
    }
}
