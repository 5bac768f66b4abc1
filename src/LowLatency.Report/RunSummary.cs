using System.Text.Json.Serialization;
using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Report;

/// <summary>Closed positions by why they were closed.</summary>
/// <param name="Reason">The exit.</param>
/// <param name="Trades">How many.</param>
/// <param name="Wins">Those with a profit after all fees.</param>
/// <param name="PnlSol">Their profit and loss.</param>
public sealed record ExitCount(string Reason, long Trades, long Wins, double PnlSol);

/// <summary>Candidates by what refused them.</summary>
/// <param name="Check">The check.</param>
/// <param name="First">Candidates of which it is the first failed check: the reason they are counted under.</param>
/// <param name="Any">Candidates that failed it, whatever else they failed.</param>
public sealed record RefusalCount(string Check, long First, long Any);

/// <summary>One way of trading a tape, summed up.</summary>
/// <param name="Name">model, random or rule.</param>
/// <param name="DecidedBy">The model's version, or the signal in words.</param>
/// <param name="OpenAtEnd">Positions still open at the end; they are in the equity and in no trade.</param>
/// <param name="Figures">Every figure with formula, interval and n.</param>
/// <param name="Exits">By reason, most frequent first.</param>
/// <param name="Refusals">By check, most frequent first.</param>
/// <param name="Trades">Closed positions in order.</param>
/// <param name="Account">The account minute by minute.</param>
public sealed record RunSummary(
    string Name, string DecidedBy, int OpenAtEnd, IReadOnlyList<Figure> Figures, IReadOnlyList<ExitCount> Exits, IReadOnlyList<RefusalCount> Refusals,
    [property: JsonIgnore] IReadOnlyList<RecordedTrade> Trades, [property: JsonIgnore] IReadOnlyList<AccountMinute> Account)
{
    /// <summary>The figure of that name.</summary>
    public Figure this[string name] => Figures.First(f => f.Name == name);

    /// <summary>Sums up a run.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="reader">The file that holds it.</param>
    /// <param name="run">Which of the file's runs it is.</param>
    /// <param name="rugs">When which pool was rugged, by pool id.</param>
    /// <param name="seed">Of the intervals.</param>
    public static RunSummary Of(string name, RunReader reader, RecordedRun run, IReadOnlyDictionary<string, long> rugs, ulong seed)
    {
        IReadOnlyList<RecordedTrade> trades = reader.ClosedTrades(run);
        IReadOnlyList<AccountMinute> account = reader.Account(run);
        ILookup<string, RecordedTrade> closed = trades.ToLookup(static t => t.PoolId);
        ILookup<string, (long FromMs, long ToMs)> held = reader.EntryFills(run).ToLookup(
            static fill => fill.PoolId,
            fill => (fill.EntryMs, closed[fill.PoolId].FirstOrDefault(t => t.EntryMs == fill.EntryMs)?.ExitMs ?? long.MaxValue));
        PoolSums[] pools = [.. reader.Pools(run).Select(p => PoolSums.Of(
            p, closed[p.PoolId], held[p.PoolId], rugs.TryGetValue(p.PoolId, out long moment) ? moment : null))];
        return new RunSummary(
            name, run.ModelVersion, held.Sum(static h => h.Count(static span => span.ToMs == long.MaxValue)),
            [.. PerformanceFigures.OfTrades(pools, seed), .. PerformanceFigures.OfEquity(Lamports.FromSol(run.Settings.StartingBalanceSol), account, trades, seed)],
            [.. trades.GroupBy(static t => t.Reason).OrderByDescending(static g => g.Count()).ThenBy(static g => g.Key, StringComparer.Ordinal)
                .Select(static g => new ExitCount(g.Key, g.Count(), g.Count(static t => t.Pnl > 0), g.Sum(static t => t.Pnl) / (double)Lamports.PerSol))],
            CountRefusals(reader.Refusals(run)), trades, account);
    }

    private static RefusalCount[] CountRefusals(IReadOnlyList<(EntryChecks Failed, long Decisions)> sets) =>
    [
        .. Enumerable.Range(0, EntryCheckNames.Count)
            .Select(bit => new RefusalCount(
                EntryCheckNames.All[bit],
                sets.Where(s => s.Failed.Primary() == (EntryChecks)(1u << bit)).Sum(static s => s.Decisions),
                sets.Where(s => s.Failed.HasFlag((EntryChecks)(1u << bit))).Sum(static s => s.Decisions)))
            .Where(static r => r.Any > 0).OrderByDescending(static r => r.First).ThenByDescending(static r => r.Any),
    ];
}
