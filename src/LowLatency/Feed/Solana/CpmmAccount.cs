using System.Buffers.Binary;

namespace LowLatency.Feed.Solana;

/// <summary>A Raydium CPMM pool account, read where it lies: it borrows the account's bytes. A is the base side, B the quote side.</summary>
public readonly ref struct CpmmAccount
{
    /// <summary>Length of the account.</summary>
    public const int Length = 637;

    private readonly ReadOnlySpan<byte> _data;

    private CpmmAccount(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Token account of side A.</summary>
    public PublicKey VaultA => Key(72);

    /// <summary>Token account of side B.</summary>
    public PublicKey VaultB => Key(104);

    /// <summary>Mint of side A.</summary>
    public PublicKey MintA => Key(168);

    /// <summary>Mint of side B.</summary>
    public PublicKey MintB => Key(200);

    /// <summary>Bits of what is switched off; 0 = everything is allowed.</summary>
    public byte Status => _data[329];

    /// <summary>Decimals of mint A.</summary>
    public byte DecimalsA => _data[331];

    /// <summary>Decimals of mint B.</summary>
    public byte DecimalsB => _data[332];

    /// <summary>Atoms of A owed to the protocol.</summary>
    public ulong ProtocolFeesA => U64(341);

    /// <summary>Atoms of B owed to the protocol.</summary>
    public ulong ProtocolFeesB => U64(349);

    /// <summary>Atoms of A owed to the fund.</summary>
    public ulong FundFeesA => U64(357);

    /// <summary>Atoms of B owed to the fund.</summary>
    public ulong FundFeesB => U64(365);

    /// <summary>Unix seconds from which the pool trades.</summary>
    public ulong OpenTimeS => U64(373);

    /// <summary>Atoms of A owed to the pool's creator.</summary>
    public ulong CreatorFeesA => U64(397);

    /// <summary>Atoms of B owed to the pool's creator.</summary>
    public ulong CreatorFeesB => U64(405);

    /// <summary>Reads the account; the view borrows <paramref name="data"/>.</summary>
    public static RejectReason TryRead(ReadOnlySpan<byte> data, out CpmmAccount account)
    {
        account = default;
        if (data.Length != Length)
        {
            return RejectReason.InvalidAccountLength;
        }

        CpmmAccount read = new(data);
        if (read.DecimalsA > TokenAccount.MaxDecimals || read.DecimalsB > TokenAccount.MaxDecimals)
        {
            return RejectReason.OutOfRange;
        }

        account = read;
        return RejectReason.None;
    }

    /// <summary>What trades: the vaults' amounts less protocol, fund and creator fees.</summary>
    public RejectReason TryGetReserves(ulong vaultAmountA, ulong vaultAmountB, out PoolReserves reserves) => PoolReserves.TryCreate(
        vaultAmountA, (UInt128)ProtocolFeesA + FundFeesA + CreatorFeesA, vaultAmountB, (UInt128)ProtocolFeesB + FundFeesB + CreatorFeesB, out reserves);

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_data[offset..]);

    private PublicKey Key(int offset) => new(_data[offset..]);
}
