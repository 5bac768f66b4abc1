namespace LowLatency.Feed.Solana;

/// <summary>Base58 ids of the programs whose accounts are read (market.md, section 4).</summary>
public static class SolanaPrograms
{
    /// <summary>Raydium AMM v4.</summary>
    public static ReadOnlySpan<byte> RaydiumAmmV4 => "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8"u8;

    /// <summary>Raydium CPMM.</summary>
    public static ReadOnlySpan<byte> RaydiumCpmm => "CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C"u8;

    /// <summary>SPL Token.</summary>
    public static ReadOnlySpan<byte> Token => "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"u8;

    /// <summary>SPL Token-2022.</summary>
    public static ReadOnlySpan<byte> Token2022 => "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"u8;

    /// <summary>The system program, all ones: it owns closed accounts and plain wallets.</summary>
    public static ReadOnlySpan<byte> System => "11111111111111111111111111111111"u8;
}
