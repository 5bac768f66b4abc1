using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LowLatency.Storage;

namespace LowLatency.Simulation.Solana;

/// <summary>
/// A pool of the rows as accounts on the chain. Keys that rows do not have are derived from the pool's by SHA-256, so that
/// every node invents the same.
/// </summary>
public sealed class SolanaPool
{
    /// <summary>Raydium's AMM v4.</summary>
    public const string AmmProgram = "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8";

    /// <summary>The authority that owns all AMM v4 vaults.</summary>
    public const string AmmAuthority = "5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1";

    /// <summary>The SPL token program.</summary>
    public const string TokenProgram = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";

    /// <summary>The system program: owner of a closed account.</summary>
    public const string SystemProgram = "11111111111111111111111111111111";

    private const int MaxNeedTakePnl = 10_000;
    private const ulong MaxLpAmount = 1_000_000_000_000_000;

    private readonly byte[] _key;

    /// <summary>The accounts of <paramref name="info"/>'s pool.</summary>
    public SolanaPool(PoolInfo info)
    {
        Info = info;
        _key = KeyOf(info.PoolId);
        Address = Base58.Encode(_key);
        CoinVault = Base58.Encode(Derive("coin vault"));
        PcVault = Base58.Encode(Derive("pc vault"));

        // A quarter of the pools owes its operator a little, which stands in the vaults but is no reserve.
        ulong owed = BinaryPrimitives.ReadUInt64LittleEndian(Derive("need_take_pnl"));
        (CoinNeedTakePnl, PcNeedTakePnl) = owed % 4 == 0 ? ((owed >> 2) % MaxNeedTakePnl, (owed >> 32) % MaxNeedTakePnl) : (0UL, 0UL);
        LpAmount = BinaryPrimitives.ReadUInt64LittleEndian(Derive("lp amount")) % MaxLpAmount;
        CoinMintKey = KeyOf(info.TokenAMint);
        PcMintKey = KeyOf(info.TokenBMint);
        Account = AmmAccount.Write(this);
        AccountText = Convert.ToBase64String(Account);
    }

    /// <summary>What the recording says of it; token_a is the coin side.</summary>
    public PoolInfo Info { get; }

    /// <summary>Key of the pool's account: its id, where that is a key.</summary>
    public string Address { get; }

    /// <summary>Key of the coin vault.</summary>
    public string CoinVault { get; }

    /// <summary>Key of the pc vault.</summary>
    public string PcVault { get; }

    /// <summary>Coin atoms in the vault that are no reserve.</summary>
    public ulong CoinNeedTakePnl { get; }

    /// <summary>Pc atoms in the vault that are no reserve.</summary>
    public ulong PcNeedTakePnl { get; }

    /// <summary>Supply of LP tokens: as invented as the keys, and it stays.</summary>
    internal ulong LpAmount { get; }

    internal byte[] CoinMintKey { get; }

    internal byte[] PcMintKey { get; }

    internal byte[] Account { get; }

    /// <summary>The pool's account in base64. It does not change: the vaults do.</summary>
    internal string AccountText { get; }

    /// <summary>The row's reserves in atoms; false where the row has none.</summary>
    public static bool TryReserves(in RecordedRow row, out ulong coin, out ulong pc)
    {
        coin = pc = 0;
        return row.Pool is { } pool && TryAtoms(row.BaseReserve, pool.DecimalsA, out coin) && TryAtoms(row.QuoteReserve, pool.DecimalsB, out pc);
    }

    /// <summary>The bytes of a key in base58; those of its SHA-256 where it is none.</summary>
    internal static byte[] KeyOf(string text)
    {
        // A generated key with leading zeros lacks its leading ones.
        byte[]? bytes = Base58.TryDecode(text);
        return bytes is { Length: <= Base58.KeyBytes and >= Base58.KeyBytes - 4 }
            ? [.. new byte[Base58.KeyBytes - bytes.Length], .. bytes]
            : SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>32 bytes that follow from the pool and a purpose.</summary>
    internal byte[] Derive(string purpose) => SHA256.HashData([.. _key, .. Encoding.UTF8.GetBytes(purpose)]);

    private static bool TryAtoms(double amount, int decimals, out ulong atoms)
    {
        double exact = Math.Round(amount * Math.Pow(10, decimals));
        bool fits = exact is >= 0 and < 18e18;
        atoms = fits ? (ulong)exact : 0;
        return fits;
    }
}
