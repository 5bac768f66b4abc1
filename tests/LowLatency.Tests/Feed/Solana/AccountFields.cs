using System.Globalization;
using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>Every property of an account view under the name that the recordings' decoded files give it.</summary>
internal static class AccountFields
{
    public static Dictionary<string, string> Of(AccountKind kind, ReadOnlySpan<byte> data)
    {
        Dictionary<string, string> fields = [];
        switch (kind)
        {
            case AccountKind.AmmV4:
                Assert.Equal(RejectReason.None, AmmV4Account.TryRead(data, out AmmV4Account amm));
                Add(("status", amm.Status), ("baseDecimal", amm.BaseDecimals), ("quoteDecimal", amm.QuoteDecimals),
                    ("swapFeeNumerator", amm.SwapFeeNumerator), ("swapFeeDenominator", amm.SwapFeeDenominator), ("baseNeedTakePnl", amm.BaseNeedTakePnl),
                    ("quoteNeedTakePnl", amm.QuoteNeedTakePnl), ("poolOpenTime", amm.PoolOpenTimeS), ("lpReserve", amm.LpReserve));
                AddKeys(("baseVault", amm.BaseVault), ("quoteVault", amm.QuoteVault), ("baseMint", amm.BaseMint), ("quoteMint", amm.QuoteMint),
                    ("lpMint", amm.LpMint), ("marketId", amm.MarketId));
                break;
            case AccountKind.Cpmm:
                Assert.Equal(RejectReason.None, CpmmAccount.TryRead(data, out CpmmAccount cpmm));
                Add(("status", cpmm.Status), ("mintDecimalA", cpmm.DecimalsA), ("mintDecimalB", cpmm.DecimalsB),
                    ("protocolFeesMintA", cpmm.ProtocolFeesA), ("protocolFeesMintB", cpmm.ProtocolFeesB), ("fundFeesMintA", cpmm.FundFeesA),
                    ("fundFeesMintB", cpmm.FundFeesB), ("openTime", cpmm.OpenTimeS), ("creatorFeesMintA", cpmm.CreatorFeesA),
                    ("creatorFeesMintB", cpmm.CreatorFeesB));
                AddKeys(("vaultA", cpmm.VaultA), ("vaultB", cpmm.VaultB), ("mintA", cpmm.MintA), ("mintB", cpmm.MintB));
                break;
            default:
                Assert.Equal(RejectReason.None, TokenAccount.TryRead(data, out TokenAccount token));
                Add(("amount", token.Amount), ("state", token.State));
                AddKeys(("mint", token.Mint), ("owner", token.Owner));
                break;
        }

        return fields;

        void Add(params (string Name, ulong Value)[] numbers)
        {
            foreach ((string name, ulong value) in numbers)
            {
                fields.Add(name, value.ToString(CultureInfo.InvariantCulture));
            }
        }

        void AddKeys(params (string Name, PublicKey Value)[] keys)
        {
            foreach ((string name, PublicKey value) in keys)
            {
                fields.Add(name, value.ToString());
            }
        }
    }
}
