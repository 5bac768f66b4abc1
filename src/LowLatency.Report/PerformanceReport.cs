using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Report;

/// <summary>The price of a pool over time, in which trades are shown.</summary>
/// <param name="PoolId">The pool.</param>
/// <param name="Points">Unix milliseconds and SOL a token, observations only.</param>
public sealed record PricePath(string PoolId, IReadOnlyList<(long TimestampMs, double Price)> Points);

/// <summary>How a tape was traded, beside two baselines on the same tape, which pass the same stages.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Rows">Rows of the tape.</param>
/// <param name="Pools">Pools that the boundary took.</param>
/// <param name="FromMs">Time of the first row.</param>
/// <param name="ToMs">Time of the last row.</param>
/// <param name="RuggedPools">Pools that were rugged.</param>
/// <param name="Warnings">What a reader must know first.</param>
/// <param name="Runs">model, random, rule.</param>
public sealed record PerformanceReport(
    string File, long Rows, int Pools, long FromMs, long ToMs, int RuggedPools, IReadOnlyList<string> Warnings, IReadOnlyList<RunSummary> Runs)
{
    // Where the models made no entry there is no rate to copy: the middle of what the seed expects.
    private const double RateWithoutEntries = 0.003;

    // What refuses no random entry: the models, and the account's limits, which are lifted for it.
    private const EntryChecks NotAsked = EntryChecks.MoonTooLow | EntryChecks.RugTooHigh | EntryChecks.DrawdownLimit | EntryChecks.DailyLoss
        | EntryChecks.LossStreak | EntryChecks.MaxPositions | EntryChecks.ExposureLimit;

    private const int PathsShown = 4;

    /// <summary>Pools with the most trades of the model, to be shown with them.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<PricePath> Paths { get; private init; } = [];

    /// <summary>
    /// Reports on a run that <paramref name="file"/> holds, or, where it is a recording without one, on a rehearsal with the
    /// models. The rehearsals are recorded into a folder that is gone afterwards.
    /// </summary>
    /// <param name="file">The recording or the run's file.</param>
    /// <param name="number">Which of its runs; null = the last.</param>
    /// <param name="modelsDirectory">The models of a rehearsal.</param>
    /// <param name="settings">The rules of a rehearsal; null = the defaults. A run has its own.</param>
    /// <param name="seed">Of the random entries and the intervals.</param>
    /// <param name="say">Takes a line on what is being done.</param>
    public static PerformanceReport Of(string file, long? number, string modelsDirectory, TradingSettings? settings, ulong seed, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(say);
        using RecordingReader recording = new(file);
        using RunReader recorded = new(file);
        RecordedRun? run = number is null ? (recorded.Runs.Count > 0 ? recorded.Runs[^1] : null)
            : recorded.Runs.FirstOrDefault(r => r.Id == number) ?? throw new ArgumentException($"there is no run {number} in this file");
        if (run is not null && settings is not null)
        {
            throw new ArgumentException("this file holds a run, which has its own settings");
        }

        TradingSettings rules = run?.Settings ?? settings ?? new TradingSettings();
        IEnumerable<RecordedRow> Rows() => run is null ? recording.Rows() : recording.Rows(run);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lowlatency-report-");
        try
        {
            RunReader Rehearse(string name, Action<string> trade)
            {
                say($"trading the tape: {name}");
                string path = Path.Combine(folder.FullName, name + ".sqlite");
                trade(path);
                return new RunReader(path);
            }

            using RunReader? rehearsed = run is not null ? null : Rehearse("model", path =>
            {
                using FoundationModel model = FoundationModel.Load(modelsDirectory);
                Rehearsal.Trade(Rows(), rules, model, path);
            });
            RunReader models = rehearsed ?? recorded;
            RecordedRun own = run ?? models.Runs[^1];
            long wanted = EntriesWanted(models, own, out string random);

            // The account's stops would end a losing baseline within the hour, and its figures with it.
            TradingSettings unstopped = rules with { MaxDailyLossFraction = 1, MaxDrawdownFraction = 1, MaxLossesInARow = 1_000 };
            double chance = ChanceOfEntry(models, own, wanted);

            // Entries at random stay for longer than the model's: in its three places they could not come at its rate.
            TradingSettings roomy = unstopped with { MaxOpenPositions = 64, MaxExposureFraction = 1 };
            using RunReader randomly = Rehearse("random", path => Rehearsal.Trade(Rows(), roomy, Rehearsal.Random(chance, seed), random, path));
            using RunReader ruled = Rehearse("rule", path => Rehearsal.Trade(
                Rows(), unstopped, Rehearsal.Momentum, "price_change_10 > 8 % and three gains in a row", path));
            return Sum(Path.GetFileName(file), Rows(), models, own, randomly, ruled, seed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PerformanceReport Sum(
        string file, IEnumerable<RecordedRow> rows, RunReader models, RecordedRun run, RunReader random, RunReader rule, ulong seed)
    {
        HashSet<string> shown = [.. models.ClosedTrades(run).GroupBy(static t => t.PoolId).OrderByDescending(static g => g.Count())
            .ThenBy(static g => g.First().Id).Take(PathsShown).Select(static g => g.Key)];
        Dictionary<string, List<(long, double)>> paths = shown.ToDictionary(static id => id, static _ => new List<(long, double)>());
        RugFinder rugs = new();
        HashSet<int> pools = [];
        (long count, long from, long to) = (0, long.MaxValue, long.MinValue);
        foreach ((string id, PoolUpdate update, RowBegins begins) in ClassifiedRows.Of(rows))
        {
            count++;
            (from, to) = (Math.Min(from, update.TimestampMs), Math.Max(to, update.TimestampMs));
            pools.Add(update.Pool);
            rugs.Add(id, update, begins);
            if (update.Quality.IsObservation() && paths.TryGetValue(id, out List<(long, double)>? path))
            {
                path.Add((update.TimestampMs, update.Price));
            }
        }

        RunSummary[] runs =
        [
            RunSummary.Of("model", models, run, rugs.Moments, seed),
            RunSummary.Of("random", random, random.Runs[^1], rugs.Moments, seed),
            RunSummary.Of("rule", rule, rule.Runs[^1], rugs.Moments, seed),
        ];
        return new PerformanceReport(file, count, pools.Count, from, to, rugs.Moments.Count, [.. Warn(runs[0])], runs)
        {
            Paths = [.. paths.Select(static p => new PricePath(p.Key, p.Value))],
        };
    }

    private static long Entries(RunReader reader, RecordedRun run) => reader.Pools(run).Sum(static p => p.Entries);

    private static long EntriesWanted(RunReader reader, RecordedRun run, out string name)
    {
        long entries = Entries(reader, run);
        name = entries > 0 ? "random entries at the model's rate" : "random entries at 0.3 % of rows: the model made none";
        return entries > 0 ? entries : (long)(RateWithoutEntries * reader.Pools(run).Sum(static p => p.Rows));
    }

    // A draw counts only where every check that is asked is passed.
    private static double ChanceOfEntry(RunReader reader, RecordedRun run, long wanted)
    {
        long eligible = reader.Refusals(run).Where(static d => (d.Failed & ~NotAsked) == EntryChecks.None).Sum(static d => d.Decisions);
        return eligible == 0 ? 0 : Math.Min(1, wanted / (double)eligible);
    }

    private static IEnumerable<string> Warn(RunSummary model)
    {
        Figure trades = model[PerformanceFigures.Trades], rugs = model[PerformanceFigures.RugAvoidance], sharpe = model[PerformanceFigures.SharpeRatio];
        if (trades.TooFew)
        {
            yield return $"{trades.N} trades are too few: no figure of them says anything yet ({PerformanceFigures.LeastTrades} are the least).";
        }

        if (rugs.TooFew)
        {
            yield return $"{rugs.N} rugs are too few for the rug avoidance to say anything ({PerformanceFigures.LeastTrades} are the least).";
        }

        if (sharpe.TooFew)
        {
            yield return $"{sharpe.N} minutes are less than a day: Sharpe and Sortino are annual figures and say nothing here.";
        }
    }
}
