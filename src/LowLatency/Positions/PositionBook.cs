using LowLatency.Pools;

namespace LowLatency.Positions;

/// <summary>
/// The places for positions and pending entries, and every movement of money they cause. It decides nothing: the stage says
/// when, the book does it, reports it in the outcome and books it in the ledger. One thread; no allocation after construction.
/// </summary>
internal sealed class PositionBook
{
    private readonly TradingSettings _settings;
    private readonly Holding[] _places;
    private readonly long _failedFee;
    private readonly long _landedFee;
    private long _orders;
    private long _positions;

    public PositionBook(TradingSettings settings, Ledger ledger)
    {
        _settings = settings;
        Ledger = ledger;
        _places = new Holding[settings.MaxOpenPositions];
        _failedFee = settings.BaseFeeLamports + settings.PriorityFeeLamports;
        _landedFee = _failedFee + settings.TipLamports;
    }

    public Ledger Ledger { get; }

    public int Open { get; private set; }

    public int Pending { get; private set; }

    /// <summary>Sum of the marks of all positions.</summary>
    public long MarketValue { get; private set; }

    /// <summary>What an entry reserves beside its size.</summary>
    public long EntryOverhead => _landedFee + _settings.RentLamports;

    public Span<Holding> Places => _places;

    public bool HasRoom => Open + Pending < _places.Length;

    /// <summary>Reserves the money and leaves the order pending. The caller has checked room and cash; gives the place.</summary>
    public int PlaceEntry(in PoolUpdate update, long size, ref TradingOutcome outcome)
    {
        int place = 0;
        while (_places[place].Phase != HoldingPhase.Free)
        {
            place++;
        }

        ref Holding holding = ref _places[place];
        holding = default;
        holding.Phase = HoldingPhase.EntryPending;
        holding.Pool = update.Pool;
        holding.DecisionMs = update.TimestampMs;
        holding.Cost = size;
        ulong quoted = PaperExchange.Buy((ulong)size, update.BaseAtoms, update.QuoteLamports);
        SetOrder(ref holding, (ulong)size, quoted, _settings.EntrySlippageBps, update.TimestampMs, ref outcome.Order);
        outcome.EntryOrdered = true;
        Ledger.Move(LedgerAccount.Cash, LedgerAccount.InFlight, size + EntryOverhead);
        Pending++;
        return place;
    }

    /// <summary>Sends the pending entry against these reserves; false where the place is free again.</summary>
    public bool FillEntry(ref Holding holding, in PoolUpdate update, ref TradingOutcome outcome)
    {
        ref FillReport fill = ref ReportFill(in holding, (ulong)holding.Cost, ref outcome);
        if (!PaperExchange.Lands(_settings.LandingSeed, holding.OrderId, _settings.EntryLandingFailureProbability))
        {
            fill.Kind = FillKind.EntryNotLanded;
            return FailEntry(ref holding, ref fill);
        }

        ulong tokens = PaperExchange.Buy((ulong)holding.Cost, update.BaseAtoms, update.QuoteLamports);
        fill.AmountOut = tokens;
        if (tokens < holding.MinimumOut || tokens == 0)
        {
            fill.Kind = FillKind.EntrySlipped;
            return FailEntry(ref holding, ref fill);
        }

        fill.Kind = FillKind.EntryFilled;
        PayFee(LedgerAccount.InFlight, landed: true, ref holding, ref fill);
        Ledger.Move(LedgerAccount.InFlight, LedgerAccount.PositionCost, holding.Cost);
        Ledger.Move(LedgerAccount.InFlight, LedgerAccount.Rent, _settings.RentLamports);
        Pending--;
        Open++;
        holding.Phase = HoldingPhase.Open;
        holding.PositionId = ++_positions;
        holding.EntryMs = update.TimestampMs;
        holding.Tokens = tokens;
        holding.EntryPrice = holding.Cost / (double)tokens;
        holding.BestPrice = double.MinValue;
        holding.WorstPrice = double.MaxValue;
        return true;
    }

    /// <summary>Gives up a pending entry that was never sent.</summary>
    public void ExpireEntry(ref Holding holding, ref TradingOutcome outcome)
    {
        ReportFill(in holding, (ulong)holding.Cost, ref outcome).Kind = FillKind.EntryExpired;
        Release(ref holding, holding.Cost + EntryOverhead);
    }

    /// <summary>Notes the pool's reserves and values the position at what they would pay, before transaction fees.</summary>
    public void Mark(ref Holding holding, in PoolUpdate update)
    {
        if (update.Quality == Quality.DecimalsChange)
        {
            Rescale(ref holding, update.QuoteLamports / (double)update.BaseAtoms);
        }

        holding.SeenMs = update.TimestampMs;
        holding.BaseAtoms = update.BaseAtoms;
        holding.QuoteLamports = update.QuoteLamports;
        holding.BestPrice = Math.Max(holding.BestPrice, holding.Price);
        holding.WorstPrice = Math.Min(holding.WorstPrice, holding.Price);
        SetMark(ref holding, (long)PaperExchange.Sell(holding.Tokens, update.BaseAtoms, update.QuoteLamports));
    }

    /// <summary>Leaves an exit pending; its floor comes from the reserves that were last seen, which triggered it.</summary>
    public void PlaceExit(ref Holding holding, ExitReason reason, long nowMs, ref TradingOutcome outcome)
    {
        holding.Phase = HoldingPhase.ExitPending;
        holding.Reason = reason;
        ulong quoted = PaperExchange.Sell(holding.Tokens, holding.BaseAtoms, holding.QuoteLamports);
        int tolerance = (int)Math.Min(
            10_000L, _settings.ExitSlippageBps + ((long)_settings.ExitSlippageWidenBps * holding.FailedExits));
        SetOrder(ref holding, holding.Tokens, quoted, tolerance, nowMs, ref outcome.Order);
        outcome.ExitOrdered = reason;
    }

    /// <summary>
    /// Sends the pending exit against the reserves last seen; true where the position is closed. After a failure the
    /// position is open, without an order, and keeps its reason: the stage retries.
    /// </summary>
    public bool FillExit(ref Holding holding, long nowMs, ref TradingOutcome outcome)
    {
        ref FillReport fill = ref ReportFill(in holding, holding.Tokens, ref outcome);
        if (Ledger[LedgerAccount.Cash] < _landedFee)
        {
            fill.Kind = FillKind.ExitUnfunded;
            return false;
        }

        if (!PaperExchange.Lands(_settings.LandingSeed, holding.OrderId, _settings.ExitLandingFailureProbability))
        {
            fill.Kind = FillKind.ExitNotLanded;
            return FailExit(ref holding, ref fill);
        }

        ulong proceeds = PaperExchange.Sell(holding.Tokens, holding.BaseAtoms, holding.QuoteLamports);
        fill.AmountOut = proceeds;
        if (proceeds < holding.MinimumOut)
        {
            fill.Kind = FillKind.ExitSlipped;
            return FailExit(ref holding, ref fill);
        }

        fill.Kind = FillKind.ExitFilled;
        PayFee(LedgerAccount.Cash, landed: true, ref holding, ref fill);
        Ledger.Move(LedgerAccount.Rent, LedgerAccount.Cash, _settings.RentLamports);
        ulong optimistic = PaperExchange.SellWithOurEffect(holding.Tokens, holding.BaseAtoms, holding.QuoteLamports, (ulong)holding.Cost);
        Close(ref holding, (long)proceeds, (long)optimistic, nowMs, ref outcome);
        return true;
    }

    /// <summary>
    /// Closes a position that nobody buys, for nothing; its reason is set. False where cash and the rent that comes back do not
    /// cover the fees.
    /// </summary>
    public bool WriteOff(ref Holding holding, long nowMs, ref TradingOutcome outcome)
    {
        if (Ledger[LedgerAccount.Cash] + _settings.RentLamports < _failedFee)
        {
            ReportFill(in holding, holding.Tokens, ref outcome).Kind = FillKind.ExitUnfunded;
            return false;
        }

        holding.OrderId = ++_orders;
        holding.MinimumOut = 0;
        ref FillReport fill = ref ReportFill(in holding, holding.Tokens, ref outcome);
        fill.Kind = FillKind.WrittenOff;
        Ledger.Move(LedgerAccount.Rent, LedgerAccount.Cash, _settings.RentLamports);
        PayFee(LedgerAccount.Cash, landed: false, ref holding, ref fill);
        Close(ref holding, proceeds: 0, optimistic: 0, nowMs, ref outcome);
        return true;
    }

    /// <summary>The first disagreement between the places and the ledger in words, or null.</summary>
    public string? Verify()
    {
        int pending = 0, open = 0, unreasoned = 0;
        long inFlight = 0, cost = 0, rent = 0, marks = 0;
        foreach (ref readonly Holding holding in _places.AsSpan())
        {
            pending += holding.Phase == HoldingPhase.EntryPending ? 1 : 0;
            open += holding.IsHeld ? 1 : 0;
            unreasoned += holding.Phase == HoldingPhase.ExitPending && holding.Reason == ExitReason.None ? 1 : 0;
            inFlight += holding.Phase == HoldingPhase.EntryPending ? holding.Cost + EntryOverhead : 0;
            cost += holding.IsHeld ? holding.Cost : 0;
            rent += holding.IsHeld ? _settings.RentLamports : 0;
            marks += holding.Mark;
        }

        return Ledger.Verify()
            ?? (inFlight != Ledger[LedgerAccount.InFlight] ? "in-flight money is not that of the pending entries"
                : cost != Ledger[LedgerAccount.PositionCost] ? "position cost is not that of the open positions"
                : rent != Ledger[LedgerAccount.Rent] ? "locked rent is not that of the open positions"
                : pending != Pending || open != Open || open + pending > _settings.MaxOpenPositions ? "the places are miscounted"
                : unreasoned > 0 ? "a position is left without a reason"
                : marks != MarketValue ? "market value is not the sum of the marks"
                : null);
    }

    private void Close(ref Holding holding, long proceeds, long optimistic, long nowMs, ref TradingOutcome outcome)
    {
        Ledger.Move(LedgerAccount.Realised, LedgerAccount.Cash, proceeds);
        Ledger.Move(LedgerAccount.PositionCost, LedgerAccount.Realised, holding.Cost);
        ReportTrade(in holding, proceeds, optimistic, nowMs, ref outcome);
        SetMark(ref holding, 0);
        Open--;
        holding = default;
    }

    private bool FailEntry(ref Holding holding, ref FillReport fill)
    {
        PayFee(LedgerAccount.InFlight, landed: false, ref holding, ref fill);
        Release(ref holding, holding.Cost + EntryOverhead - _failedFee);
        return false;
    }

    private bool FailExit(ref Holding holding, ref FillReport fill)
    {
        PayFee(LedgerAccount.Cash, landed: false, ref holding, ref fill);
        holding.Phase = HoldingPhase.Open;
        holding.FailedExits++;
        return false;
    }

    private void Release(ref Holding holding, long lamports)
    {
        Ledger.Move(LedgerAccount.InFlight, LedgerAccount.Cash, lamports);
        Pending--;
        holding = default;
    }

    private void PayFee(LedgerAccount from, bool landed, ref Holding holding, ref FillReport fill)
    {
        fill.NetworkFee = _settings.BaseFeeLamports;
        fill.PriorityFee = _settings.PriorityFeeLamports;
        fill.Tip = landed ? _settings.TipLamports : 0;
        holding.Fees += landed ? _landedFee : _failedFee;
        Ledger.Move(from, LedgerAccount.NetworkFees, fill.NetworkFee);
        Ledger.Move(from, LedgerAccount.PriorityFees, fill.PriorityFee);
        Ledger.Move(from, LedgerAccount.Tips, fill.Tip);
    }

    private void SetOrder(
        ref Holding holding, ulong amountIn, ulong quoted, int toleranceBps, long nowMs, ref OrderReport report)
    {
        holding.OrderId = ++_orders;
        holding.OrderedMs = nowMs;
        holding.MinimumOut = PaperExchange.MinimumOut(quoted, toleranceBps);
        report.Pool = holding.Pool;
        report.OrderId = holding.OrderId;
        report.AmountIn = amountIn;
        report.QuotedOut = quoted;
        report.MinimumOut = holding.MinimumOut;
        report.Retry = holding.FailedExits;
    }

    private static ref FillReport ReportFill(in Holding holding, ulong amountIn, ref TradingOutcome outcome)
    {
        outcome.Fill.Pool = holding.Pool;
        outcome.Fill.OrderId = holding.OrderId;
        outcome.Fill.AmountIn = amountIn;
        outcome.Fill.MinimumOut = holding.MinimumOut;
        return ref outcome.Fill;
    }

    private static void ReportTrade(in Holding holding, long proceeds, long optimistic, long nowMs, ref TradingOutcome outcome)
    {
        outcome.Closed = true;
        ref ClosedTrade trade = ref outcome.Trade;
        trade.PositionId = holding.PositionId;
        trade.Pool = holding.Pool;
        trade.Reason = holding.Reason;
        trade.FailedExits = holding.FailedExits;
        trade.DecisionTimeMs = holding.DecisionMs;
        trade.EntryTimeMs = holding.EntryMs;
        trade.ExitTimeMs = nowMs;
        trade.Cost = holding.Cost;
        trade.Proceeds = proceeds;
        trade.OptimisticProceeds = optimistic;
        trade.Fees = holding.Fees;
        trade.EntryPrice = holding.EntryPrice;
        trade.ExitPrice = holding.Tokens > 0 ? proceeds / (double)holding.Tokens : 0;
        trade.BestPrice = holding.BestPrice;
        trade.WorstPrice = holding.WorstPrice;
    }

    private void SetMark(ref Holding holding, long mark)
    {
        MarketValue += mark - holding.Mark;
        holding.Mark = mark;
    }

    /// <summary>
    /// Corrected decimals move the recorded price by a power of ten without a trade. The position's atoms and prices move
    /// with it, so that its value does not: the feed's units changed, not what we own.
    /// </summary>
    private static void Rescale(ref Holding holding, double price)
    {
        double exponent = Math.Round(Math.Log10(price / holding.Price));
        if (exponent == 0 || !(Math.Abs(exponent) <= 18))
        {
            return;
        }

        double factor = Math.Pow(10, exponent);
        ulong step = (ulong)Math.Pow(10, Math.Abs(exponent));
        UInt128 tokens = exponent > 0 ? holding.Tokens / step : (UInt128)holding.Tokens * step;
        holding.Tokens = tokens < ulong.MaxValue ? (ulong)tokens : ulong.MaxValue;
        holding.EntryPrice *= factor;
        holding.BestPrice *= factor;
        holding.WorstPrice *= factor;
    }
}
