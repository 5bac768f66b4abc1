using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Report;

/// <summary>A figure as it is shown: never without its formula and n.</summary>
/// <param name="Name">Its standard name.</param>
/// <param name="Unit">"SOL", "%" (the value is a fraction), or "".</param>
/// <param name="Formula">How it is computed.</param>
/// <param name="Value">The figure; NaN where there is none.</param>
/// <param name="Low">Lower end of its 95 % interval, where it has one.</param>
/// <param name="High">Upper end.</param>
/// <param name="N">How many things it rests on.</param>
/// <param name="Of">What those are.</param>
/// <param name="TooFew">They are too few for the figure to say anything.</param>
public sealed record Figure(string Name, string Unit, string Formula, double Value, double? Low, double? High, long N, string Of, bool TooFew);

/// <summary>The performance figures of trading.md 5, each with its formula. Pure; intervals come from a seed.</summary>
internal static class PerformanceFigures
{
    public const string SharpeRatio = "Sharpe ratio", SuccessRate = "success rate", EntryRate = "entry rate", RugAvoidance = "rug avoidance", Trades = "trades", Pnl = "profit and loss";

    /// <summary>Below this many trades or rugs a figure of them says nothing: an interval for a share is then 35 points wide or wider.</summary>
    public const int LeastTrades = 30;

    /// <summary>Sharpe and Sortino are annual figures; below a day of minutes they say nothing.</summary>
    public const int LeastMinutes = 1_440;

    private const double MinutesAYear = 365 * 1_440;
    private const double SwapFee = ConstantProduct.FeeNumerator / (double)ConstantProduct.FeeDenominator;

    private static readonly Definition[] OfPools =
    [
        new(Trades, "", "closed positions", static s => s.Trades, static s => s.Trades, "trades"),
        new("win rate", "%", "trades with profit above zero after all fees / trades", static s => Ratio(s.Wins, s.Trades), static s => s.Trades, "trades"),
        new(SuccessRate, "%", "trades sold for more than they cost, swap fees and impact in the prices, transaction fees not / trades (the seed expects 65 %)", static s => Ratio(s.Successes, s.Trades), static s => s.Trades, "trades"),
        new(Pnl, "SOL", "sum over trades of proceeds - cost - transaction fees; the recorded reserves do not remember our buy (pessimistic)", static s => Sol(s.Pnl), static s => s.Trades, "trades"),
        new("profit and loss, optimistic", "SOL", "the same with our buy laid over the recorded reserves", static s => Sol(s.OptimisticPnl), static s => s.Trades, "trades"),
        new("expectancy", "SOL", "profit and loss / trades", static s => s.Trades == 0 ? double.NaN : Sol(s.Pnl) / s.Trades, static s => s.Trades, "trades"),
        new("profit factor", "", "sum of winning trades / sum of losing trades, both positive", static s => Ratio(s.Gained, s.Lost), static s => s.Trades, "trades"),
        new("average win", "SOL", "sum of winning trades / their number", static s => Ratio(s.Gained, s.Wins) / Lamports.PerSol, static s => s.Wins, "wins"),
        new("average loss", "SOL", "sum of losing trades / their number, positive", static s => Ratio(s.Lost, s.Losses) / Lamports.PerSol, static s => s.Losses, "losses"),
        new("payoff ratio", "", "average win / average loss", static s => Ratio(s.Gained, s.Wins) / Ratio(s.Lost, s.Losses), static s => s.Trades, "trades"),
        new(EntryRate, "%", "entries ordered / rows heard (the seed expects 0.1 to 0.5 %)", static s => Ratio(s.Entries, s.Rows), static s => s.Entries, "entries"),
        new(RugAvoidance, "%", "rugs of candidate pools in which no position was open at the rug / rugs of candidate pools (the seed expects 80 %); a rug is a pool's first observation with price or SOL reserve below half of what one of its ten observations before had", static s => Ratio(s.Avoided, s.Rugs), static s => s.Rugs, "rugs"),
    ];

    /// <summary>Figures of trades; the intervals resample pools, because trades of one pool share its fate.</summary>
    public static IReadOnlyList<Figure> OfTrades(IReadOnlyList<PoolSums> pools, ulong seed)
    {
        PoolSums all = pools.Aggregate(default(PoolSums), static (a, b) => a + b);
        (double Low, double High)?[] intervals = Bootstrap.Intervals(pools.Count, OfPools.Length, seed, (picks, values) =>
        {
            PoolSums sample = default;
            foreach (int pick in picks)
            {
                sample += pools[pick];
            }

            for (int i = 0; i < values.Length; i++)
            {
                values[i] = OfPools[i].Value(sample);
            }
        });
        return [.. OfPools.Select((d, i) => New(d.Name, d.Unit, d.Formula, d.Value(all), intervals[i], d.N(all), d.Of, LeastTrades))];
    }

    /// <summary>Figures of the equity, minute by minute; minutes without an event repeat the one before.</summary>
    /// <param name="opening">Equity at the start, lamports.</param>
    /// <param name="account">Minutes in order.</param>
    /// <param name="trades">Closed positions.</param>
    /// <param name="seed">Of the intervals.</param>
    public static IReadOnlyList<Figure> OfEquity(long opening, IReadOnlyList<AccountMinute> account, IReadOnlyList<RecordedTrade> trades, ulong seed)
    {
        double[] equity = [.. EveryMinute(account).Select(static m => (double)m.Equity)];
        double[] exposure = [.. EveryMinute(account).Select(static m => m.Exposure / (double)m.Equity)];
        double[] returns = [.. equity.Zip(equity.Prepend(opening), static (now, before) => (now / before) - 1)];
        (double Low, double High)?[] intervals = Bootstrap.Intervals(returns.Length, 2, seed, (picks, values) =>
        {
            double[] sample = new double[picks.Length];
            for (int i = 0; i < picks.Length; i++)
            {
                sample[i] = returns[picks[i]];
            }

            (values[0], values[1]) = (Sharpe(sample), Sortino(sample));
        });
        long minutes = equity.Length;
        AccountMinute last = account.Count > 0 ? account[^1] : default;
        double traded = trades.Sum(static t => (double)t.Cost + t.Proceeds);
        double swapFees = trades.Sum(static t => (t.Cost * SwapFee) + (t.Proceeds * SwapFee / (1 - SwapFee)));
        return
        [
            New("return", "%", "last equity / opening equity - 1; equity = cash + in flight + rent + what open positions would bring", minutes == 0 ? double.NaN : (equity[^1] / opening) - 1, null, minutes, "minutes", 0),
            New("maximum drawdown", "SOL", "largest peak of equity - equity after any event", account.Select(static m => m.Drawdown).DefaultIfEmpty().Max() / (double)Lamports.PerSol, null, minutes, "minutes", 0),
            New("maximum drawdown, relative", "%", "largest (peak of equity - equity) / peak after any event", account.Select(static m => m.DrawdownFraction).DefaultIfEmpty().Max(), null, minutes, "minutes", 0),
            New("exposure", "%", "mean over minutes of (cost of positions and of pending entries) / equity at the minute's end", Mean(exposure), null, minutes, "minutes", 0),
            New("turnover", "", "sum over trades of (cost + proceeds) / mean over minutes of equity", traded / Mean(equity), null, trades.Count, "trades", 0),
            New(SharpeRatio, "", "mean r / standard deviation of r (n - 1) x sqrt(365 x 1440); r = change of equity a minute of event time, idle minutes too, no risk-free rate", Sharpe(returns), intervals[0], minutes, "minutes", LeastMinutes),
            New("Sortino ratio", "", "mean r / sqrt(mean of min(r, 0)^2) x sqrt(365 x 1440); r as above", Sortino(returns), intervals[1], minutes, "minutes", LeastMinutes),
            New("network fees", "SOL", "base fees of all transactions, failed ones too", Sol(last.NetworkFees), null, trades.Count, "trades", 0),
            New("priority fees", "SOL", "priority fees of all transactions, failed ones too", Sol(last.PriorityFees), null, trades.Count, "trades", 0),
            New("tips", "SOL", "tips of landed transactions", Sol(last.Tips), null, trades.Count, "trades", 0),
            New("swap fees", "SOL", "0.25 % of what went into the pools, inside the prices: sum over trades of .0025 x cost + .0025 / .9975 x proceeds", swapFees / Lamports.PerSol, null, trades.Count, "trades", 0),
        ];
    }

    /// <summary>mean / sqrt(sum (r - mean)^2 / (n - 1)), a year of minutes.</summary>
    public static double Sharpe(ReadOnlySpan<double> returns)
    {
        double mean = Mean(returns), squares = 0;
        foreach (double r in returns)
        {
            squares += (r - mean) * (r - mean);
        }

        return squares > 0 ? mean / Math.Sqrt(squares / (returns.Length - 1)) * Math.Sqrt(MinutesAYear) : double.NaN;
    }

    /// <summary>mean / sqrt(sum min(r, 0)^2 / n), a year of minutes; NaN where nothing fell.</summary>
    public static double Sortino(ReadOnlySpan<double> returns)
    {
        double squares = 0;
        foreach (double r in returns)
        {
            squares += r < 0 ? r * r : 0;
        }

        return squares > 0 ? Mean(returns) / Math.Sqrt(squares / returns.Length) * Math.Sqrt(MinutesAYear) : double.NaN;
    }

    private static IEnumerable<AccountMinute> EveryMinute(IReadOnlyList<AccountMinute> account)
    {
        for (int i = 0; i < account.Count; i++)
        {
            long next = i + 1 < account.Count ? account[i + 1].Minute : account[i].Minute + 1;
            for (long minute = account[i].Minute; minute < next; minute++)
            {
                yield return account[i];
            }
        }
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static double Ratio(long part, long whole) => part == 0 && whole == 0 ? double.NaN : part / (double)whole;

    private static double Sol(long lamports) => lamports / (double)Lamports.PerSol;

    private static Figure New(string name, string unit, string formula, double value, (double Low, double High)? interval, long n, string of, int least) =>
        new(name, unit, formula, value, interval?.Low, interval?.High, n, of, n < least);

    private sealed record Definition(string Name, string Unit, string Formula, Func<PoolSums, double> Value, Func<PoolSums, long> N, string Of);
}
