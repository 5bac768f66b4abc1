using System.Globalization;
using System.Text;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

/// <summary>
/// One pool through the real gate, features and stage, and a readable way to write down its rows: a line of a table is
/// <c>seconds price moon rug [tag] = what happened</c>, with prices relative to a pool of 100 SOL that has stood still for half a
/// minute, "-" where the models were not asked, and as tags <c>x0.1</c> (both reserves are so much of what they were),
/// <c>closed</c> (the account is gone), <c>empty</c> (no reserves), <c>disabled</c> (swaps are switched off), <c>gap</c> (the feed
/// was interrupted before it) and <c>other</c> (a row of another pool). A line <c>&gt; command</c> is an operator's.
/// </summary>
internal sealed class Market
{
    private const int WarmUpRows = 30;

    private readonly PositionStage _stage;
    private readonly ObservationGate _gate = new(Scenario.MaxPools);
    private readonly FeatureEngine _engine = new(Scenario.MaxPools);
    private readonly List<TradingOutcome> _outcomes = [];

    public Market(TradingSettings? settings = null)
    {
        _stage = new PositionStage(settings ?? Scenario.Lucky, Scenario.MaxPools);
        for (int i = -WarmUpRows; i < 0; i++)
        {
            Feed(Scenario.Row(0, i, 1), default);
            Feed(Scenario.Row(1, i, 1), default);
        }
    }

    public ClosedTrade Trade => _outcomes.Single(static o => o.Closed).Trade;

    public AccountView Account => _outcomes[^1].Account;

    /// <summary>Plays a table and compares the whole of it, so that a failure shows the story.</summary>
    public Market Plays(string table)
    {
        StringBuilder expected = new(), actual = new();
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            expected.AppendLine(line);
            actual.Append(line[..(equals + 1)]).Append(' ').AppendLine(Describe(Play(line[..equals].TrimEnd())));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(actual.ToString());
        Assert.Equal(expected.ToString(), actual.ToString());
        return this;
    }

    private static string Describe(in TradingOutcome outcome) => Scenario.Describe(in outcome) + (!outcome.Closed ? "" : string.Create(
        CultureInfo.InvariantCulture, $", pnl {outcome.Trade.PessimisticPnl / 1e9:F4} to {outcome.Trade.OptimisticPnl / 1e9:F4}"));

    private TradingOutcome Play(string input)
    {
        string[] cells = input.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (cells[0] == ">")
        {
            OperatorCommandKind kind = Enum.Parse<OperatorCommandKind>(cells[1]);
            TradingOutcome told = default;
            _stage.OnCommand(new OperatorCommand(kind, cells.Length > 2 ? int.Parse(cells[2], CultureInfo.InvariantCulture) : -1), ref told);
            _outcomes.Add(told);
            return told;
        }

        PoolUpdate row = Scenario.Row(cells[^1] == "other" ? 1 : 0, Number(cells[0]), Number(cells[1]));
        foreach (string tag in cells.AsSpan(4))
        {
            switch (tag)
            {
                case "other": break;
                case "closed": row.Status = 0; Scale(ref row, 0); break;
                case "empty": Scale(ref row, 0); break;
                case "disabled": row.Status = 2; break;
                case "gap": _stage.OnFeedGap(); _gate.OnFeedGap(); break;
                default: Scale(ref row, Number(tag[1..])); break;
            }
        }

        return Feed(row, cells[2] == "-" ? default : Scenario.Says(Number(cells[2]), Number(cells[3])));
    }

    private static void Scale(ref PoolUpdate row, double factor)
    {
        row.BaseReserve *= factor;
        row.QuoteReserve *= factor;
        row.BaseAtoms = (ulong)(row.BaseAtoms * factor);
        row.QuoteLamports = (ulong)(row.QuoteLamports * factor);
        row.Quality = factor == 0 ? Quality.Invalid : row.Quality;
    }

    private TradingOutcome Feed(PoolUpdate row, Prediction prediction)
    {
        RowBegins begins = _gate.Classify(ref row);
        FeatureVector features = default;
        WindowView window = default;
        if (row.Quality.IsObservation())
        {
            _engine.OnObservation(row, (begins & RowBegins.Segment) != 0, ref features, ref window);
        }

        TradingOutcome outcome = default;
        _stage.OnUpdate(row, window, features, prediction, ref outcome);
        Assert.Null(_stage.Verify());
        _outcomes.Add(outcome);
        return outcome;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
