using LowLatency.Features;
using LowLatency.Inference;

namespace LowLatency.Positions;

/// <summary>When a position is left: the first reason that applies, in the order of <see cref="ExitReason"/>. Pure.</summary>
internal static class ExitRules
{
    /// <summary>Whether this very row drains the reserve or dumps the price.</summary>
    public static bool ShowsRug(in FeatureVector features) =>
        features[FeatureSchema.ReserveDrain] > 0.5 || features[FeatureSchema.MassiveDump] > 0.5;

    /// <summary>Decides at an observation that the holding has already taken in.</summary>
    public static ExitReason Decide(
        TradingSettings settings, in Holding holding, in FeatureVector features, in Prediction prediction, Regime regime)
    {
        double gain = (holding.Price / holding.EntryPrice) - 1;
        bool armed = holding.BestPrice >= holding.EntryPrice * (1 + settings.TrailingActivationFraction);
        return ShowsRug(in features) ? ExitReason.RugSeen
            : prediction.Made && prediction.Rug >= settings.RugExitProbability ? ExitReason.RugPredicted
            : regime == Regime.Rug ? ExitReason.RegimeRug
            : gain <= -settings.StopLossFraction ? ExitReason.StopLoss
            : gain >= settings.TakeProfitFraction ? ExitReason.TakeProfit
            : armed && holding.Price <= holding.BestPrice * (1 - settings.TrailingStopFraction) ? ExitReason.TrailingStop
            : holding.SeenMs - holding.EntryMs >= settings.TimeLimitMs ? ExitReason.TimeLimit
            : ExitReason.None;
    }
}
