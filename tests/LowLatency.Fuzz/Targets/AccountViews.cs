using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Fuzz.Targets;

/// <summary>Reads every property of whatever account a message holds.</summary>
internal static class AccountViews
{
    public static void Read(in PubSubMessage message)
    {
        bool hasKey = PublicKey.TryParse(message.Pubkey, out PublicKey account);
        Invariant.Hold(message.Kind != PubSubKind.Program || !hasKey || account.ToString().Length is >= 32 and <= 44, "a key has no text");
        if (message.Classify(out AccountKind kind) != RejectReason.None)
        {
            return;
        }

        switch (kind)
        {
            case AccountKind.AmmV4 when AmmV4Account.TryRead(message.Data, out AmmV4Account v4) == RejectReason.None:
                Invariant.Hold(v4.Status <= 7 && v4.BaseDecimals <= 18 && v4.QuoteDecimals <= 18, "a figure of a pool is out of its range");
                _ = v4.SwapFeeNumerator ^ v4.SwapFeeDenominator ^ v4.PoolOpenTimeS ^ v4.LpReserve ^ v4.RecentEpoch;
                _ = (v4.BaseVault == v4.QuoteVault) ^ (v4.BaseMint == v4.QuoteMint) ^ (v4.LpMint == v4.MarketId);
                HoldReserves(v4.TryGetReserves(message.Lamports, message.Slot, out PoolReserves a), a, message);
                break;
            case AccountKind.Cpmm when CpmmAccount.TryRead(message.Data, out CpmmAccount cpmm) == RejectReason.None:
                Invariant.Hold(cpmm.DecimalsA <= 18 && cpmm.DecimalsB <= 18, "a figure of a pool is out of its range");
                _ = cpmm.Status ^ cpmm.OpenTimeS;
                _ = (cpmm.VaultA == cpmm.VaultB) ^ (cpmm.MintA == cpmm.MintB);
                HoldReserves(cpmm.TryGetReserves(message.Lamports, message.Slot, out PoolReserves b), b, message);
                break;
            case AccountKind.Token when TokenAccount.TryRead(message.Data, out TokenAccount token) == RejectReason.None:
                Invariant.Hold(token.State <= 2, "a state of a token account that there is not");
                _ = token.Amount;
                _ = token.Mint == token.Owner;
                break;
            default:
                break;
        }
    }

    // Lamports and slot are any two numbers here: what trades is never more than what is held.
    private static void HoldReserves(RejectReason reason, PoolReserves reserves, in PubSubMessage message) =>
        Invariant.Hold(reason != RejectReason.None || (reserves.Base <= message.Lamports && reserves.Quote <= message.Slot), "more trades than is held");
}
