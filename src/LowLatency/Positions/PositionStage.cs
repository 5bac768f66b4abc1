using System.Diagnostics;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;

namespace LowLatency.Positions;

/// <summary>
/// Takes every event after the models: fills what is due, leaves what must be left, enters what may be entered, and keeps
/// the books. A function of the calls: time is the event's, the landing lottery is a hash of (seed, order id). Owned by
/// the business thread; O(1) per event, allocates nothing after construction. Only observations act, and a row after a gap
/// of the feed acts on nothing: it only refreshes the pool's marks.
/// </summary>
public sealed class PositionStage
{
    private const byte TradingStatus = 6;

    private readonly TradingSettings _settings;
    private readonly Ledger _ledger;
    private readonly RiskEngine _risk;
    private readonly Regimes _regimes;
    private readonly Position[] _positions;
    private readonly byte[] _slotOfPool;
    private readonly long[] _coolUntilMs;
    private long _lastOrderId;
    private long _lastPositionId;
    private int _open;
    private RiskState _state;

    /// <summary>Creates the stage for pool indices below <paramref name="maxPools"/>; the settings must be valid.</summary>
    public PositionStage(TradingSettings settings, int maxPools)
    {
        if (settings.Validate() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(settings));
        }

        long opening = ToLamports(settings.StartingBalanceSol);
        _settings = settings;
        _ledger = new Ledger(opening);
        _risk = new RiskEngine(settings, opening);
        _regimes = new Regimes(maxPools);
        _positions = new Position[settings.MaxPositions];
        _slotOfPool = new byte[maxPools];
        _coolUntilMs = new long[maxPools];
    }

    /// <summary>The books.</summary>
    public Ledger Ledger => _ledger;

    /// <summary>Positions open, orders to buy not counted.</summary>
    public int OpenPositions => _open;

    /// <summary>Cash, what is in flight, rent, and positions at what they would fetch now.</summary>
    public long EquityLamports
    {
        get
        {
            long equity = _ledger[Account.Cash] + _ledger[Account.InFlight] + _ledger[Account.Rent];
            foreach (ref readonly Position position in _positions.AsSpan())
            {
                equity += position.IsHeld ? position.MarkLamports : 0;
            }

            return equity;
        }
    }

    /// <summary>Takes one row after features and models; <paramref name="outcome"/> is overwritten.</summary>
    public void OnUpdate(
        in PoolUpdate update, in WindowView window, in FeatureVector features, in Prediction prediction, ref TradingOutcome outcome)
    {
        outcome = default;
        if (update.Quality.IsObservation())
        {
            outcome.Regime = _regimes.OnObservation(update.Pool, features, window, prediction);
            int slot = _slotOfPool[update.Pool] - 1;
            if (slot >= 0)
            {
                OnHeldPool(ref _positions[slot], update, features, prediction, ref outcome);
            }

            _state = _risk.OnEquity(update.TimestampMs, EquityLamports);
            if (prediction.Made)
            {
                outcome.Candidate = true;
                DecideEntry(update, features, prediction, slot >= 0, ref outcome);
            }
        }
        else
        {
            outcome.Regime = _regimes.Of(update.Pool);
        }

        outcome.Risk = _state;
        outcome.OpenPositions = _open;
        outcome.CashLamports = _ledger[Account.Cash];
        outcome.EquityLamports = EquityLamports;
        outcome.RealisedLamports = _ledger.Realised;
        outcome.Drawdown = _risk.Drawdown;
        Debug.Assert(_ledger.Verify(), "the books are in order after every event");
    }

    private static long ToLamports(double sol) => (long)Math.Round(sol * TradingSettings.LamportsPerSol);

    private void OnHeldPool(
        ref Position position, in PoolUpdate update, in FeatureVector features, in Prediction prediction, ref TradingOutcome outcome)
    {
        bool actionable = update.Quality != Quality.Gap && update.BaseAtoms > 0 && update.QuoteLamports > 0;
        if (position.State == PositionState.EntryOrdered)
        {
            if (actionable || update.TimestampMs - position.OrderMs > _settings.EntryExpiryMs)
            {
                TryFillEntry(ref position, update, ref outcome);
            }
        }
        else
        {
            Mark(ref position, update);
            if (actionable && position.State == PositionState.ExitOrdered)
            {
                TryFillExit(ref position, update, ref outcome);
            }

            if (actionable && position.State == PositionState.Open)
            {
                ExitReason reason = position.ExitReason != ExitReason.None
                    ? position.ExitReason : FindExit(position, update, features, prediction, outcome.Regime);
                if (reason != ExitReason.None)
                {
                    OrderExit(ref position, reason, update, ref outcome);
                }
            }
        }

        if (position.IsHeld)
        {
            outcome.Held = true;
            outcome.PositionId = position.Id;
            outcome.UnrealisedLamports = position.MarkLamports - position.SizeLamports;
        }
    }

    private static void Mark(ref Position position, in PoolUpdate update)
    {
        double price = update.Price;
        position.BestPrice = Math.Max(position.BestPrice, price);
        position.WorstPrice = Math.Min(position.WorstPrice, price);
        position.MarkLamports = (long)ConstantProduct.SwapExactIn(update.BaseAtoms, update.QuoteLamports, position.Tokens, out _);
    }

    private ExitReason FindExit(
        in Position position, in PoolUpdate update, in FeatureVector features, in Prediction prediction, Regime regime)
    {
        double price = update.Price;
        double gain = (price / position.EntryPrice) - 1;
        double best = (position.BestPrice / position.EntryPrice) - 1;
        return features[FeatureSchema.ReserveDrain] > 0 || features[FeatureSchema.MassiveDump] > 0 ? ExitReason.RugSeen
            : prediction.Made && prediction.Rug >= _settings.ExitRugProbability ? ExitReason.RugPredicted
            : regime == Regime.RugDump ? ExitReason.RegimeRug
            : gain <= -_settings.StopLossFraction ? ExitReason.StopLoss
            : gain >= _settings.TakeProfitFraction ? ExitReason.TakeProfit
            : best >= _settings.TrailingActivationFraction
                && price <= position.BestPrice * (1 - _settings.TrailingDistanceFraction) ? ExitReason.TrailingStop
            : update.TimestampMs - position.EntryMs >= _settings.MaxHoldMs ? ExitReason.TimeLimit
            : ExitReason.None;
    }

    private void OrderExit(ref Position position, ExitReason reason, in PoolUpdate update, ref TradingOutcome outcome)
    {
        // An exit that could not pay its fees would make cash negative; it waits for cash, and its reason stays.
        position.ExitReason = reason;
        if (_ledger[Account.Cash] < _settings.BaseFeeLamports + _settings.PriorityFeeLamports)
        {
            return;
        }

        // The floor comes from the price that triggered the exit, never from the entry's, and widens on each retry.
        double tolerance = Math.Min(1, _settings.ExitSlippageFraction * (1 << Math.Min(position.ExitRetries, 10)));
        position.State = PositionState.ExitOrdered;
        position.OrderId = ++_lastOrderId;
        position.OrderMs = update.TimestampMs;
        position.MinOut = (ulong)(position.MarkLamports * (1 - tolerance));
        outcome.ExitOrdered = reason;
        outcome.OrderId = position.OrderId;
        outcome.QuotedOut = (ulong)position.MarkLamports;
    }

    private void TryFillEntry(ref Position position, in PoolUpdate update, ref TradingOutcome outcome)
    {
        long waited = update.TimestampMs - position.OrderMs;
        if (waited < _settings.FillLatencyMs)
        {
            return;
        }

        outcome.OrderId = position.OrderId;
        ulong tokens = ConstantProduct.SwapExactIn(update.QuoteLamports, update.BaseAtoms, (ulong)position.SizeLamports, out _);
        outcome.Fill = waited > _settings.EntryExpiryMs ? FillKind.EntryExpired
            : !Lands(position.OrderId, _settings.EntryNotLandedProbability) ? FillKind.EntryNotLanded
            : tokens < position.MinOut || tokens == 0 ? FillKind.EntrySlipped
            : FillKind.EntryFilled;
        bool filled = outcome.Fill == FillKind.EntryFilled;
        long fees = outcome.Fill == FillKind.EntryExpired ? 0 : PayFees(Account.InFlight, filled);
        outcome.FillFeesLamports = fees;
        long left = position.SizeLamports + EntryOverheadLamports - fees;
        if (!filled)
        {
            _ledger.Move(Account.InFlight, Account.Cash, left);
            Release(ref position);
            return;
        }

        _ledger.Move(Account.InFlight, Account.PositionCost, position.SizeLamports);
        _ledger.Move(Account.InFlight, Account.Rent, _settings.RentLamports);
        _ledger.Move(Account.InFlight, Account.Cash, left - position.SizeLamports - _settings.RentLamports);
        position.State = PositionState.Open;
        position.Id = ++_lastPositionId;
        position.Tokens = tokens;
        position.FeesLamports = fees;
        position.EntryMs = update.TimestampMs;
        position.EntryPrice = position.BestPrice = position.WorstPrice = update.Price;
        Mark(ref position, update);
        _open++;
        outcome.FillIn = (ulong)position.SizeLamports;
        outcome.FillOut = tokens;
    }

    private void TryFillExit(ref Position position, in PoolUpdate update, ref TradingOutcome outcome)
    {
        if (update.TimestampMs - position.OrderMs < _settings.FillLatencyMs)
        {
            return;
        }

        outcome.OrderId = position.OrderId;
        ulong proceeds = (ulong)position.MarkLamports;
        outcome.Fill = !Lands(position.OrderId, _settings.ExitNotLandedProbability) ? FillKind.ExitNotLanded
            : proceeds < position.MinOut ? FillKind.ExitSlipped
            : FillKind.ExitFilled;
        bool filled = outcome.Fill == FillKind.ExitFilled;
        if (filled)
        {
            _ledger.Move(Account.PositionCost, Account.Cash, position.SizeLamports);
            long gain = (long)proceeds - position.SizeLamports;
            _ledger.Move(gain >= 0 ? Account.TradingLoss : Account.Cash, gain >= 0 ? Account.Cash : Account.TradingLoss, Math.Abs(gain));
            _ledger.Move(Account.Rent, Account.Cash, _settings.RentLamports);
        }

        long fees = PayFees(Account.Cash, filled);
        position.FeesLamports += fees;
        outcome.FillFeesLamports = fees;
        if (!filled)
        {
            position.ExitRetries++;
            position.State = PositionState.Open;
            return;
        }

        outcome.FillIn = position.Tokens;
        outcome.FillOut = proceeds;
        Close(ref position, update, (long)proceeds, ref outcome);
    }

    private void Close(ref Position position, in PoolUpdate update, long proceeds, ref TradingOutcome outcome)
    {
        ulong ours = Math.Min(position.Tokens, update.BaseAtoms - 1);
        ulong optimistic = ConstantProduct.SwapExactIn(
            update.BaseAtoms - ours, update.QuoteLamports + (ulong)position.SizeLamports, position.Tokens, out _);
        outcome.Closed = true;
        outcome.ClosedReason = position.ExitReason;
        outcome.PositionId = position.Id;
        outcome.EntryMs = position.EntryMs;
        outcome.CostLamports = position.SizeLamports;
        outcome.ProceedsLamports = proceeds;
        outcome.FeesLamports = position.FeesLamports;
        outcome.PnlLamports = proceeds - position.SizeLamports - position.FeesLamports;
        outcome.OptimisticPnlLamports = (long)optimistic - position.SizeLamports - position.FeesLamports;
        outcome.BestGain = (position.BestPrice / position.EntryPrice) - 1;
        outcome.WorstGain = (position.WorstPrice / position.EntryPrice) - 1;
        _risk.OnClosed(update.TimestampMs, outcome.PnlLamports);
        if (outcome.PnlLamports < 0)
        {
            _coolUntilMs[position.Pool] = update.TimestampMs + _settings.PoolCoolDownMs;
        }

        _open--;
        Release(ref position);
    }

    private void Release(ref Position position)
    {
        _slotOfPool[position.Pool] = 0;
        position = default;
    }

    private long EntryOverheadLamports =>
        _settings.BaseFeeLamports + _settings.PriorityFeeLamports + _settings.TipLamports + _settings.RentLamports;

    private long PayFees(Account from, bool landed)
    {
        long tip = landed ? Math.Min(_settings.TipLamports, _ledger[from] - _settings.BaseFeeLamports - _settings.PriorityFeeLamports) : 0;
        _ledger.Move(from, Account.BaseFees, _settings.BaseFeeLamports);
        _ledger.Move(from, Account.PriorityFees, _settings.PriorityFeeLamports);
        _ledger.Move(from, Account.Tips, tip);
        return _settings.BaseFeeLamports + _settings.PriorityFeeLamports + tip;
    }

    private void DecideEntry(
        in PoolUpdate update, in FeatureVector features, in Prediction prediction, bool held, ref TradingOutcome outcome)
    {
        long size = Size(update, outcome.Regime);
        double age = features[FeatureSchema.PoolAgeMinutes];
        int slot = Array.FindIndex(_positions, static p => p.State == PositionState.Free);
        outcome.FailedChecks =
            Failed(update.Status is not TradingStatus and not byte.MaxValue, EntryChecks.NotTrading)
            | Failed(update.BaseAtoms == 0 || update.QuoteLamports == 0, EntryChecks.Untradable)
            | Failed(update.Quality == Quality.Gap, EntryChecks.AfterGap)
            | Failed(update.QuoteReserve < _settings.MinPoolSol, EntryChecks.PoolTooSmall)
            | Failed(update.QuoteReserve > _settings.MaxPoolSol, EntryChecks.PoolTooLarge)
            | Failed(age < _settings.MinPoolAgeMinutes, EntryChecks.TooYoung)
            | Failed(age > _settings.MaxPoolAgeMinutes, EntryChecks.TooOld)
            | Failed(!(prediction.Moon > _settings.MinMoonProbability), EntryChecks.MoonTooLow)
            | Failed(!(prediction.Rug < _settings.MaxRugProbability), EntryChecks.RugTooHigh)
            | Failed(outcome.Regime == Regime.RugDump, EntryChecks.RegimeRug)
            | Failed(held, EntryChecks.AlreadyHeld)
            | Failed(update.TimestampMs < _coolUntilMs[update.Pool], EntryChecks.CoolDown)
            | Failed(slot < 0, EntryChecks.MaxPositions)
            | Failed(_state != RiskState.Active, EntryChecks.RiskStopped)
            | Failed(size < ToLamports(_settings.MinPositionSol), EntryChecks.SizeTooSmall);
        if (outcome.FailedChecks == EntryChecks.None)
        {
            OrderEntry(slot, update, size, ref outcome);
        }
    }

    private void OrderEntry(int slot, in PoolUpdate update, long size, ref TradingOutcome outcome)
    {
        ulong quoted = ConstantProduct.SwapExactIn(update.QuoteLamports, update.BaseAtoms, (ulong)size, out _);
        _ledger.Move(Account.Cash, Account.InFlight, size + EntryOverheadLamports);
        _slotOfPool[update.Pool] = (byte)(slot + 1);
        _positions[slot] = new Position
        {
            State = PositionState.EntryOrdered,
            Pool = update.Pool,
            OrderId = ++_lastOrderId,
            OrderMs = update.TimestampMs,
            SizeLamports = size,
            MinOut = (ulong)(quoted * (1 - _settings.EntrySlippageFraction)),
        };
        outcome.EntryOrdered = true;
        outcome.OrderId = _lastOrderId;
        outcome.OrderLamports = size;
        outcome.QuotedOut = quoted;
    }

    private static EntryChecks Failed(bool failed, EntryChecks check) => failed ? check : EntryChecks.None;

    private long Size(in PoolUpdate update, Regime regime)
    {
        long equity = EquityLamports;
        double wanted = _settings.PositionFraction * equity * Regimes.SizeMultiplier(regime);
        double room = (_settings.MaxExposureFraction * equity) - _ledger[Account.PositionCost] - _ledger[Account.InFlight];
        double free = _ledger[Account.Cash] - ToLamports(_settings.CashReserveSol) - EntryOverheadLamports;
        double poolShare = _settings.MaxPoolShare * update.QuoteLamports;
        return (long)Math.Max(0, Math.Min(Math.Min(wanted, room), Math.Min(free, poolShare)));
    }

    // SplitMix64 over (seed, order id): the same order always meets the same luck.
    private bool Lands(long orderId, double failureProbability)
    {
        ulong z = ((ulong)_settings.LandingSeed * 0x9E3779B97F4A7C15) + ((ulong)orderId * 0xD1342543DE82EF95);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53)) >= failureProbability;
    }
}
