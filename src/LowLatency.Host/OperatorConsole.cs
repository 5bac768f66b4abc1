using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Telemetry;

namespace LowLatency.Host;

/// <summary>An operator's lines on standard input, on a thread of its own that the process does not wait for.</summary>
internal sealed class OperatorConsole(Session session, TextReader input, Action<string> say, CancellationTokenSource stop)
{
    public const string Help = "pause, resume, close all, exit POOL (the start of an open position's key), shutdown (close all, then end)";

    private static readonly TimeSpan FlatInterval = TimeSpan.FromMilliseconds(100);

    public void Start() => new Thread(Read) { IsBackground = true, Name = "operator" }.Start();

    /// <summary>The command of a line; null, with the reason, where it is none.</summary>
    internal static OperatorCommand? Parse(string line, IReadOnlyList<OpenPosition> open, PoolTable pools, out string problem)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        problem = $"'{line}' is no command; there are: {Help}";
        switch (words)
        {
            case ["pause"]:
                return new OperatorCommand(OperatorCommandKind.Pause);
            case ["resume"]:
                return new OperatorCommand(OperatorCommandKind.Resume);
            case ["close", "all"]:
                return new OperatorCommand(OperatorCommandKind.CloseAll);
            case ["shutdown"]:
                return new OperatorCommand(OperatorCommandKind.Shutdown);
            case ["exit", { } start]:
                string[] meant = [.. open.Select(static p => p.PoolId).Where(id => id.StartsWith(start, StringComparison.Ordinal))];
                problem = $"'{start}' begins {meant.Length} open positions; one is wanted";
                return meant.Length == 1 ? new OperatorCommand(OperatorCommandKind.ForceExit, IndexOf(meant[0], pools)) : null;
            default:
                return null;
        }
    }

    // A position is open, so its pool has been described long ago; the ones being added meanwhile come behind it.
    private static int IndexOf(string poolId, PoolTable pools)
    {
        int pool = 0;
        while (pools.Describe(pool).PoolId != poolId)
        {
            pool++;
        }

        return pool;
    }

    private void Read()
    {
        while (input.ReadLine() is { } line)
        {
            if (line.Trim() is not { Length: > 0 } text)
            {
                continue;
            }

            if (Parse(text, session.Projection.Read().Open, session.Pipeline.Pools, out string problem) is not { } command)
            {
                say(problem);
                continue;
            }

            session.Pipeline.Commands.Post(command);
            say($"operator: {text}");
            if (command.Kind == OperatorCommandKind.Shutdown)
            {
                EndWhenFlat();
                return;
            }
        }
    }

    private void EndWhenFlat()
    {
        while (!stop.Token.WaitHandle.WaitOne(FlatInterval))
        {
            if (session.Projection.Read().Last.Account is { Risk: RiskState.Halted, OpenPositions: 0, PendingEntries: 0 })
            {
                stop.Cancel();
            }
        }
    }
}
