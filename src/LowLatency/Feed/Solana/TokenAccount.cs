using System.Buffers.Binary;

namespace LowLatency.Feed.Solana;

/// <summary>An SPL token account, as a pool's vault is, read where it lies: it borrows the account's bytes.</summary>
public readonly ref struct TokenAccount
{
    /// <summary>Length without extensions; Token-2022 appends its own.</summary>
    public const int MinLength = 165;

    /// <summary>Most decimals of a mint that is taken seriously.</summary>
    internal const int MaxDecimals = 18;

    private const int MultisigLength = 355;
    private const byte MaxState = 2;
    private const byte MintType = 1;

    private readonly ReadOnlySpan<byte> _data;

    private TokenAccount(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Mint of the token.</summary>
    public PublicKey Mint => new(_data);

    /// <summary>Who may move the tokens.</summary>
    public PublicKey Owner => new(_data[32..]);

    /// <summary>Atoms held.</summary>
    public ulong Amount => BinaryPrimitives.ReadUInt64LittleEndian(_data[64..]);

    /// <summary>0 uninitialised, 1 initialised, 2 frozen.</summary>
    public byte State => _data[108];

    /// <summary>
    /// Reads the account; the view borrows <paramref name="data"/>. The token programs keep multisigs (355 bytes) and, with
    /// extensions, mints (the type byte after the 165) in accounts that are long enough: neither is a token account.
    /// </summary>
    public static RejectReason TryRead(ReadOnlySpan<byte> data, out TokenAccount account)
    {
        account = default;
        if (data.Length is < MinLength or MultisigLength || (data.Length > MinLength && data[MinLength] == MintType))
        {
            return RejectReason.InvalidAccountLength;
        }

        TokenAccount read = new(data);
        if (read.State > MaxState)
        {
            return RejectReason.OutOfRange;
        }

        account = read;
        return RejectReason.None;
    }
}
