namespace LowLatency.Positions;

/// <summary>
/// The seed's size: a fixed fraction of equity, times the regime's and the drawdown's factor, under every cap. Pure.
/// Products of lamports and fractions are doubles rounded down: exact enough below 2^53 lamports (nine million SOL).
/// </summary>
internal sealed class PositionSize
{
    private readonly TradingSettings _settings;
    private readonly long _minTrade;
    private readonly long _cashReserve;

    public PositionSize(TradingSettings settings)
    {
        _settings = settings;
        _minTrade = Lamports.FromSol(settings.MinTradeSol);
        _cashReserve = Lamports.FromSol(settings.CashReserveSol);
    }

    /// <summary>
    /// Lamports to spend, or 0 with the caps that leave less than the smallest trade added to <paramref name="failed"/>;
    /// <paramref name="why"/> says which cap left the least.
    /// The entry's fees and rent count as exposure and are paid from free cash.
    /// </summary>
    public long Decide(
        in AccountView account, ulong poolLamports, Regime regime, double drawdownFactor, long entryOverhead, ref EntryChecks failed, ref SizeReason why)
    {
        double wanted = account.Equity * _settings.SeedTradeFraction * RegimeFactor(regime) * drawdownFactor;
        double tradeCap = account.Equity * _settings.MaxTradeFraction;
        double poolCap = poolLamports * _settings.MaxPoolShareFraction;
        double capped = Math.Min(Math.Min(wanted, tradeCap), poolCap);
        double exposureRoom = (account.Equity * _settings.MaxExposureFraction) - account.Exposure - entryOverhead;
        long freeCash = account.Cash - _cashReserve - entryOverhead;

        failed |= (exposureRoom < _minTrade ? EntryChecks.ExposureLimit : 0)
            | (freeCash < _minTrade ? EntryChecks.NoFreeCash : 0)
            | (capped < _minTrade ? EntryChecks.SizeTooSmall : 0);
        long size = Math.Min((long)Math.Min(capped, exposureRoom), freeCash);
        why.Equity = account.Equity;
        why.Wanted = (long)wanted;
        why.Limit = freeCash < Math.Min(capped, exposureRoom) ? SizeLimit.FreeCash
            : exposureRoom < capped ? SizeLimit.Exposure
            : poolCap < Math.Min(wanted, tradeCap) ? SizeLimit.PoolShare
            : tradeCap < wanted ? SizeLimit.TradeShare
            : SizeLimit.None;
        return size >= _minTrade ? size : 0;
    }

    private double RegimeFactor(Regime regime) => regime switch
    {
        Regime.MoonMission => _settings.MoonMissionSizeFactor,
        Regime.SteadyClimb => _settings.SteadyClimbSizeFactor,
        Regime.SidewaysChop => _settings.SidewaysChopSizeFactor,
        _ => 0,
    };
}
