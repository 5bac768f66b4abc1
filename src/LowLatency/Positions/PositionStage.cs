using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;

namespace LowLatency.Positions;

/// <summary>
/// Decides, fills and books, one event after the other. One thread; everything is a function of the calls and the settings:
/// time is the event's, chance is a hash of the settings' seed and the order's id. No allocation after construction and no
/// exception for any data; each call costs O(<see cref="TradingSettings.MaxOpenPositions"/>), whatever the number of pools.
/// <para>Rows that are no observation (Suspect, Invalid, NotASolPool) do nothing, not even move the time. A row that starts a
/// segment (Gap, DecimalsChange) is an observation, so that it renews regime, mark and risk, but nothing is decided or filled
/// on it: a pending entry expires there, a pending exit waits for the next row.</para>
/// </summary>
public sealed class PositionStage
{
    private readonly TradingSettings _settings;
    private readonly PoolState[] _pools;
    private readonly Regimes _regimes;
    private readonly RiskEngine _risk;
    private readonly PositionBook _book;
    private readonly EntryRules _rules;
    private readonly PositionSize _size;
    private AccountView _account;
    private long _nowMs = long.MinValue;
    private long _silenceFromMs = long.MinValue;
    private bool _feedGap;

    /// <summary>Opens the account. Throws <see cref="ArgumentException"/> with every problem where the settings are not valid.</summary>
    /// <param name="settings">Every number of the rules.</param>
    /// <param name="maxPools">Pools 0 .. maxPools - 1 can be traded; rows of others do nothing.</param>
    public PositionStage(TradingSettings settings, int maxPools)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxPools);
        if (settings.Validate() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(settings));
        }

        long opening = Lamports.FromSol(settings.StartingBalanceSol);
        _settings = settings;
        _pools = new PoolState[maxPools];
        _regimes = new Regimes(maxPools);
        _risk = new RiskEngine(settings, opening);
        _book = new PositionBook(settings, new Ledger(opening));
        _rules = new EntryRules(settings);
        _size = new PositionSize(settings);
        RefreshAccount();
    }

    /// <summary>The account after the last event.</summary>
    public ref readonly AccountView Account => ref _account;

    /// <summary>The book behind it.</summary>
    public Ledger Ledger => _book.Ledger;

    /// <summary>Pools in each regime, indexed by <see cref="Regime"/>.</summary>
    public ReadOnlySpan<int> PoolsPerRegime => _regimes.PoolsPerRegime;

    /// <summary>The first broken invariant of ledger, positions and account in words, or null where all is sound.</summary>
    public string? Verify() => _book.Verify()
        ?? (_account.Equity != _account.Cash + _account.InFlight + _account.Rent + _account.MarketValue
            ? "equity is not the sum of its parts"
            : _account.Equity + Ledger[LedgerAccount.Capital] != _account.Realised + _account.Unrealised
                ? "profit is not realised plus unrealised"
                : null);

    /// <summary>The feed was interrupted: how long a pool was silent is counted from the next row on.</summary>
    public void OnFeedGap() => _feedGap = true;

    /// <summary>Takes in one row and writes everything that followed from it; the outcome's old content is erased.</summary>
    public void OnUpdate(
        in PoolUpdate update, in WindowView window, in FeatureVector features, in Prediction prediction, ref TradingOutcome outcome)
    {
        outcome = default;
        if (!update.Quality.IsObservation() || (uint)update.Pool >= (uint)_pools.Length)
        {
            outcome.Account = _account;
            return;
        }

        AdvanceTime(in update);
        Regime regime = _regimes.Observe(update.Pool, in window, in features, in prediction);
        outcome.Regime = regime;

        ref PoolState pool = ref _pools[update.Pool];
        if (pool.Place != 0)
        {
            OnOwnPool(ref pool, in update, in features, in prediction, regime, ref outcome);
        }

        RefreshAccount();
        if (prediction.Made)
        {
            DecideEntry(ref pool, in update, in window, in features, in prediction, regime, ref outcome);
        }

        if (outcome.Fill.Kind == FillKind.None && !outcome.EntryOrdered && outcome.ExitOrdered == ExitReason.None)
        {
            SweepSilentPools(ref outcome);
        }

        RefreshAccount();
        outcome.PoolUnrealised = Unrealised(in pool);
        outcome.Account = _account;
    }

    private void AdvanceTime(in PoolUpdate update)
    {
        _nowMs = Math.Max(_nowMs, update.TimestampMs);
        if (_feedGap || update.Quality == Quality.Gap)
        {
            _feedGap = false;
            _silenceFromMs = _nowMs;
        }
    }

    /// <summary>The pool's own order or position: fill, value, and decide to leave.</summary>
    private void OnOwnPool(
        ref PoolState pool, in PoolUpdate update, in FeatureVector features, in Prediction prediction, Regime regime, ref TradingOutcome outcome)
    {
        ref Holding holding = ref _book.Places[pool.Place - 1];
        bool tradable = PaperExchange.IsTradable(update.BaseAtoms, update.QuoteLamports);
        bool actionable = tradable && EntryRules.IsTrading(in update) && EntryRules.IsActionable(update.Quality);
        long waitedMs = update.TimestampMs - holding.OrderedMs;

        if (holding.Phase == HoldingPhase.EntryPending)
        {
            if (!actionable || waitedMs > _settings.EntryExpiryMs)
            {
                _book.ExpireEntry(ref holding, ref outcome);
            }
            else if (waitedMs >= _settings.FillLatencyMs)
            {
                _book.FillEntry(ref holding, in update, ref outcome);
            }
        }

        if (holding.IsHeld && tradable)
        {
            _book.Mark(ref holding, in update);
        }

        if (holding.IsHeld && actionable)
        {
            if (holding.Phase == HoldingPhase.ExitPending && waitedMs >= _settings.FillLatencyMs)
            {
                FillExit(ref pool, ref holding, update.TimestampMs, ref outcome);
            }

            if (holding.Phase == HoldingPhase.Open)
            {
                ExitReason reason = holding.Reason != ExitReason.None
                    ? holding.Reason
                    : ExitRules.Decide(_settings, in holding, in features, in prediction, regime);
                if (reason != ExitReason.None)
                {
                    _book.PlaceExit(ref holding, reason, update.TimestampMs, ref outcome);
                }
            }
        }

        if (holding.Phase == HoldingPhase.Free)
        {
            pool.Place = 0;
        }
    }

    private void FillExit(ref PoolState pool, ref Holding holding, long timestampMs, ref TradingOutcome outcome)
    {
        if (!_book.FillExit(ref holding, timestampMs, ref outcome))
        {
            return;
        }

        long pnl = outcome.Trade.PessimisticPnl;
        _risk.OnClosed(_nowMs, pnl);
        if (pnl < 0)
        {
            pool.CoolDownUntilMs = timestampMs + _settings.CoolDownAfterLossMs;
        }
    }

    private void DecideEntry(
        ref PoolState pool, in PoolUpdate update, in WindowView window, in FeatureVector features, in Prediction prediction,
        Regime regime, ref TradingOutcome outcome)
    {
        outcome.Candidate = true;
        EntryChecks failed = _rules.Evaluate(in update, in window, in features, in prediction, regime, _nowMs) | _risk.Refusals;
        if (pool.Place != 0)
        {
            failed |= _book.Places[pool.Place - 1].IsHeld ? EntryChecks.AlreadyHeld : EntryChecks.OrderPending;
        }

        failed |= update.TimestampMs < pool.CoolDownUntilMs ? EntryChecks.CoolDown : EntryChecks.None;
        failed |= _book.HasRoom ? EntryChecks.None : EntryChecks.MaxPositions;
        long size = _size.Decide(in _account, update.QuoteLamports, regime, _risk.SizeFactor, _book.EntryOverhead, ref failed, ref outcome.Size);
        outcome.CandidateLamports = size;
        if (failed == EntryChecks.None && PaperExchange.Buy((ulong)size, update.BaseAtoms, update.QuoteLamports) == 0)
        {
            failed = EntryChecks.Untradable;
        }

        outcome.FailedChecks = failed;
        if (failed == EntryChecks.None)
        {
            pool.Place = 1 + _book.PlaceEntry(in update, size, ref outcome);
        }
    }

    /// <summary>
    /// A pool that falls silent would keep its place for ever: its pending entry expires, its position is sold at the last
    /// reserves after <see cref="TradingSettings.SilentPoolExitMs"/>. At most one of them per event, the lowest place first.
    /// </summary>
    private void SweepSilentPools(ref TradingOutcome outcome)
    {
        foreach (ref Holding holding in _book.Places)
        {
            if (holding.Phase == HoldingPhase.EntryPending && _nowMs - holding.OrderedMs > _settings.EntryExpiryMs)
            {
                ref PoolState pool = ref _pools[holding.Pool];
                _book.ExpireEntry(ref holding, ref outcome);
                pool.Place = 0;
                return;
            }

            if (holding.IsHeld && _nowMs - Math.Max(holding.SeenMs, _silenceFromMs) > _settings.SilentPoolExitMs
                && (holding.Phase == HoldingPhase.Open || _nowMs - holding.OrderedMs >= _settings.FillLatencyMs))
            {
                LeaveSilentPool(ref holding, ref outcome);
                return;
            }
        }
    }

    private void LeaveSilentPool(ref Holding holding, ref TradingOutcome outcome)
    {
        ref PoolState pool = ref _pools[holding.Pool];
        if (holding.Phase == HoldingPhase.ExitPending)
        {
            FillExit(ref pool, ref holding, _nowMs, ref outcome);
        }

        if (holding.Phase == HoldingPhase.Open)
        {
            ExitReason reason = holding.Reason != ExitReason.None ? holding.Reason : ExitReason.SilentPool;
            _book.PlaceExit(ref holding, reason, _nowMs, ref outcome);
        }
        else if (holding.Phase == HoldingPhase.Free)
        {
            pool.Place = 0;
        }
    }

    private long Unrealised(in PoolState pool)
    {
        if (pool.Place == 0)
        {
            return 0;
        }

        ref readonly Holding holding = ref _book.Places[pool.Place - 1];
        return holding.IsHeld ? holding.Mark - holding.Cost : 0;
    }

    /// <summary>Derives the account from the ledger and the marks, and lets the risk engine see the new equity.</summary>
    private void RefreshAccount()
    {
        Ledger ledger = _book.Ledger;
        _account.Cash = ledger[LedgerAccount.Cash];
        _account.InFlight = ledger[LedgerAccount.InFlight];
        _account.Rent = ledger[LedgerAccount.Rent];
        _account.PositionCost = ledger[LedgerAccount.PositionCost];
        _account.MarketValue = _book.MarketValue;
        _account.Equity = _account.Cash + _account.InFlight + _account.Rent + _account.MarketValue;
        _account.Realised = ledger.RealisedAfterFees;
        _account.Unrealised = _account.MarketValue - _account.PositionCost;
        _account.NetworkFees = ledger[LedgerAccount.NetworkFees];
        _account.PriorityFees = ledger[LedgerAccount.PriorityFees];
        _account.Tips = ledger[LedgerAccount.Tips];
        _risk.OnEquity(_nowMs, _account.Equity);
        _account.PeakEquity = _risk.PeakEquity;
        _account.DayPnl = _risk.DayPnl;
        _account.Drawdown = _risk.Drawdown;
        _account.Risk = _risk.State;
        _account.OpenPositions = _book.Open;
        _account.PendingEntries = _book.Pending;
    }

    private struct PoolState
    {
        /// <summary>1 + the pool's place in the book; 0 = none.</summary>
        public int Place;

        public long CoolDownUntilMs;
    }
}
