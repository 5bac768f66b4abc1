using System.Numerics;
using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

/// <summary>
/// The stupid twin: it sees the rows and what the outcomes report, keeps one big-integer balance and dictionaries, and says
/// when an outcome contradicts the rules of fills or of money.
/// </summary>
internal sealed class AccountTwin(TradingSettings settings)
{
    private readonly Dictionary<int, (OrderReport Order, long DecidedMs, bool Entry)> _orders = [];
    private readonly Dictionary<int, (BigInteger Cost, BigInteger Fees)> _positions = [];
    private readonly Dictionary<int, PoolUpdate> _lastRows = [];
    private BigInteger _cash = Lamports.FromSol(settings.StartingBalanceSol);
    private readonly HashSet<int> _unwanted = [];
    private long _nowMs = long.MinValue;

    public int Entries { get; private set; }

    public int Fills { get; private set; }

    public int Trades { get; private set; }

    private long Overhead => settings.BaseFeeLamports + settings.PriorityFeeLamports + settings.TipLamports + settings.RentLamports;

    public void Check(in TapeEvent tapeEvent, in TradingOutcome outcome)
    {
        PoolUpdate update = tapeEvent.Update;
        if (tapeEvent.Command is { } command)
        {
            Command(command, in outcome);
            return;
        }

        bool isOurs = update.Pool is >= 0 and < Scenario.MaxPools && (_orders.ContainsKey(update.Pool) || _positions.ContainsKey(update.Pool));
        bool closes = isOurs && update is { Quality: Quality.Invalid, Status: 0 };
        bool counts = update.Quality.IsObservation() && update.Pool is >= 0 and < Scenario.MaxPools;
        if (!counts && !closes)
        {
            Assert.Equal("nothing", Scenario.Describe(in outcome));
            Assert.False(outcome.Candidate);
            return;
        }

        _nowMs = Math.Max(_nowMs, update.TimestampMs);
        if (update is { BaseAtoms: > 0, QuoteLamports: > 0 and <= 600_000_000_000_000_000 })
        {
            _lastRows[update.Pool] = update;
        }

        if (outcome.Fill.Kind != FillKind.None)
        {
            Fill(in update, in outcome);
        }

        Order(in tapeEvent, in outcome);
        Assert.Equal(_cash, outcome.Account.Cash);
        Assert.True(outcome.Account.Cash >= 0);
        Assert.Equal(_positions.Count, outcome.Account.OpenPositions);
        Assert.Equal(_orders.Count(o => o.Value.Entry), outcome.Account.PendingEntries);
        Assert.True(_positions.Count + outcome.Account.PendingEntries <= settings.MaxOpenPositions);
        Assert.Equal(outcome.Account.Equity - Lamports.FromSol(settings.StartingBalanceSol), outcome.Account.Realised + outcome.Account.Unrealised);
    }

    private void Command(OperatorCommand command, in TradingOutcome outcome)
    {
        Assert.Equal("nothing", Scenario.Describe(in outcome));
        Assert.Equal(_cash, outcome.Account.Cash);
        if (command.Kind is OperatorCommandKind.Pause or OperatorCommandKind.CloseAll or OperatorCommandKind.Shutdown)
        {
            Assert.Equal(RiskState.Halted, outcome.Account.Risk);
        }

        if (command.Kind is OperatorCommandKind.CloseAll or OperatorCommandKind.Shutdown)
        {
            _unwanted.UnionWith(_orders.Where(static o => o.Value.Entry).Select(static o => o.Key));
        }
    }

    private void Order(in TapeEvent tapeEvent, in TradingOutcome outcome)
    {
        Assert.Equal(outcome.Candidate && outcome.FailedChecks == EntryChecks.None, outcome.EntryOrdered);
        if (!outcome.EntryOrdered && outcome.ExitOrdered == ExitReason.None)
        {
            return;
        }

        Assert.False(outcome.EntryOrdered && outcome.ExitOrdered != ExitReason.None);
        PoolUpdate row = _lastRows[outcome.Order.Pool];
        bool silent = IsSilent(outcome.Order.Pool, in tapeEvent.Update);
        Assert.Equal(Out(outcome.Order.AmountIn, in row, buy: outcome.EntryOrdered), outcome.Order.QuotedOut);
        _orders.Add(outcome.Order.Pool, (outcome.Order, silent ? _nowMs : row.TimestampMs, outcome.EntryOrdered));
        if (outcome.EntryOrdered)
        {
            Entries++;
            Assert.NotEqual(RiskState.Halted, outcome.Account.Risk);
            Assert.True(tapeEvent.Window.SegmentObservations >= settings.MinObservations);
            Assert.True(_nowMs - tapeEvent.Update.TimestampMs <= settings.MaxObservationLagMs);
            Assert.True(tapeEvent.Update.Quality is Quality.Ok or Quality.LiquidityEvent);
            Assert.True(tapeEvent.Prediction.Moon > settings.MoonThreshold && tapeEvent.Prediction.Rug < settings.RugThreshold);
            Assert.True(tapeEvent.Features[FeatureSchema.MassiveDump] == 0);
            _cash -= (long)outcome.Order.AmountIn + Overhead;
        }
    }

    private void Fill(in PoolUpdate update, in TradingOutcome outcome)
    {
        FillReport fill = outcome.Fill;
        BigInteger fees = fill.NetworkFee + fill.PriorityFee + fill.Tip;
        if (fill.Kind == FillKind.WrittenOff)
        {
            WriteOff(in outcome, fees);
            return;
        }

        if (fill.Kind == FillKind.ExitUnfunded)
        {
            Assert.True(fees.IsZero && _positions.ContainsKey(fill.Pool)); // what was ordered goes on waiting
            return;
        }

        (OrderReport order, long decidedMs, bool entry) = _orders[fill.Pool];
        Assert.Equal(order.OrderId, fill.OrderId);
        PoolUpdate row = _lastRows.GetValueOrDefault(fill.Pool);
        bool silent = IsSilent(fill.Pool, in update);
        if (fill.Kind is not FillKind.EntryExpired)
        {
            Fills++;
            Assert.True((silent ? _nowMs : update.TimestampMs) - decidedMs >= settings.FillLatencyMs);
            Assert.True(silent || update.Quality is Quality.Ok or Quality.LiquidityEvent);
            Assert.True(silent || _nowMs - update.TimestampMs <= settings.MaxObservationLagMs);
            Assert.False(entry && _unwanted.Contains(fill.Pool));
        }

        if (fill.AmountOut != 0)
        {
            Assert.Equal(Out(fill.AmountIn, in row, entry), fill.AmountOut);
            Assert.Equal(fill.AmountOut >= fill.MinimumOut, fill.Kind is FillKind.EntryFilled or FillKind.ExitFilled);
        }

        switch (fill.Kind)
        {
            case FillKind.EntryFilled:
                _cash += Overhead - settings.RentLamports - fees;
                _positions.Add(fill.Pool, (fill.AmountIn, fees));
                break;
            case FillKind.EntryExpired or FillKind.EntryNotLanded or FillKind.EntrySlipped:
                Assert.True(entry);
                _cash += (long)fill.AmountIn + Overhead - fees;
                break;
            case FillKind.ExitFilled:
                CheckTrade(in outcome, fees);
                _cash += (long)fill.AmountOut + settings.RentLamports - fees;
                break;
            default:
                _cash -= fees;
                _positions[fill.Pool] = (_positions[fill.Pool].Cost, _positions[fill.Pool].Fees + fees);
                break;
        }

        Assert.Equal(fill.Kind == FillKind.ExitFilled, outcome.Closed);
        _orders.Remove(fill.Pool);
        _unwanted.Remove(fill.Pool);
    }

    /// <summary>Whatever was ordered, the position is closed for nothing: only its rent comes back, less a failed transaction's fees.</summary>
    private void WriteOff(in TradingOutcome outcome, BigInteger fees)
    {
        Assert.Equal((settings.BaseFeeLamports + settings.PriorityFeeLamports, 0L, 0UL), ((long)fees, outcome.Fill.Tip, outcome.Fill.AmountOut));
        CheckTrade(in outcome, fees);
        _cash += settings.RentLamports - fees;
        _orders.Remove(outcome.Fill.Pool);
    }

    private void CheckTrade(in TradingOutcome outcome, BigInteger exitFees)
    {
        Trades++;
        (BigInteger cost, BigInteger fees) = _positions[outcome.Fill.Pool];
        Assert.Equal(outcome.Fill.AmountOut - cost - fees - exitFees, outcome.Trade.PessimisticPnl);
        Assert.True(outcome.Trade.OptimisticPnl >= outcome.Trade.PessimisticPnl);
        Assert.True(outcome.Trade.BestPrice >= outcome.Trade.WorstPrice);
        _positions.Remove(outcome.Fill.Pool);
    }

    // A pool whose own row is that late has been as silent as one without a row.
    private bool IsSilent(int pool, in PoolUpdate update) => pool != update.Pool || _nowMs - update.TimestampMs > settings.SilentPoolExitMs;

    private static BigInteger Out(ulong amountIn, in PoolUpdate row, bool buy)
    {
        BigInteger reserveIn = buy ? row.QuoteLamports : row.BaseAtoms, reserveOut = buy ? row.BaseAtoms : row.QuoteLamports;
        BigInteger net = amountIn - (amountIn < 200 ? 0 : ((BigInteger)amountIn * 25 + 9_999) / 10_000); // dust pays no fee
        return reserveOut * net / (reserveIn + net);
    }
}
