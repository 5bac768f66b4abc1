namespace LowLatency.Feed.Solana;

/// <summary>What an account notification holds.</summary>
public enum AccountKind : byte
{
    /// <summary>Nothing that is read.</summary>
    Unknown,

    /// <summary>The account is gone: no lamports, owned by the system program, no data. A pool or vault that closes is a rug, not an error.</summary>
    Closed,

    /// <summary>A Raydium AMM v4 pool: <see cref="AmmV4Account"/>.</summary>
    AmmV4,

    /// <summary>A Raydium CPMM pool: <see cref="CpmmAccount"/>.</summary>
    Cpmm,

    /// <summary>A token account, as a vault is: <see cref="TokenAccount"/>.</summary>
    Token,
}

/// <summary>Tells account kinds apart.</summary>
public static class AccountKinds
{
    /// <summary>The kind by the owner program, as base58 text, and the length of the data.</summary>
    public static RejectReason Classify(ReadOnlySpan<byte> owner, ulong lamports, ReadOnlySpan<byte> data, out AccountKind kind)
    {
        kind = AccountKind.Unknown;
        if (owner.SequenceEqual(SolanaPrograms.RaydiumAmmV4))
        {
            return Take(AccountKind.AmmV4, data.Length == AmmV4Account.Length, ref kind);
        }

        if (owner.SequenceEqual(SolanaPrograms.Token) || owner.SequenceEqual(SolanaPrograms.Token2022))
        {
            return Take(AccountKind.Token, data.Length >= TokenAccount.MinLength, ref kind);
        }

        if (owner.SequenceEqual(SolanaPrograms.RaydiumCpmm))
        {
            return Take(AccountKind.Cpmm, data.Length == CpmmAccount.Length, ref kind);
        }

        if (lamports == 0 && data.IsEmpty && owner.SequenceEqual(SolanaPrograms.System))
        {
            kind = AccountKind.Closed;
            return RejectReason.None;
        }

        return RejectReason.UnknownProgram;
    }

    private static RejectReason Take(AccountKind found, bool hasItsLength, ref AccountKind kind)
    {
        kind = hasItsLength ? found : AccountKind.Unknown;
        return hasItsLength ? RejectReason.None : RejectReason.InvalidAccountLength;
    }
}
