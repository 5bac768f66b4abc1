using Spectre.Console;

namespace LowLatency.Train;

/// <summary>
/// Progress on stderr: bars on a terminal, one line a stage elsewhere, so that stdout holds the result alone. One thread.
/// </summary>
internal sealed class TrainProgress
{
    private readonly ProgressContext? _context;
    private ProgressTask? _task;
    private string _stage = "";

    private TrainProgress(ProgressContext? context) => _context = context;

    /// <summary>Runs work under a progress display.</summary>
    public static T Show<T>(Func<TrainProgress, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new TrainProgress(null));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().Start(context => work(new TrainProgress(context)));
    }

    /// <summary>Shows how far an enumeration of known length has come.</summary>
    public IEnumerable<T> Follow<T>(string name, IEnumerable<T> rows, long count)
    {
        Enter($"read {name}", count);
        foreach (T row in rows)
        {
            _task?.Increment(1);
            yield return row;
        }
    }

    /// <summary>A stage is done to this share.</summary>
    public void OnShare(string stage, double share)
    {
        Enter(stage, 1);
        if (_task is not null)
        {
            _task.Value = share;
        }
    }

    private void Enter(string stage, double size)
    {
        if (stage == _stage)
        {
            return;
        }

        _stage = stage;
        _task = _context?.AddTask(Markup.Escape(stage), maxValue: size);
        if (_context is null)
        {
            Console.Error.WriteLine(stage);
        }
    }
}
