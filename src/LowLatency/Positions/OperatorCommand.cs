namespace LowLatency.Positions;

/// <summary>What an operator can tell the position stage.</summary>
public enum OperatorCommandKind : byte
{
    /// <summary>No entries until <see cref="Resume"/>. Positions are kept, and left by their rules.</summary>
    Pause,

    /// <summary>Entries again: ends a pause, and a halt by drawdown, which is measured anew from here.</summary>
    Resume,

    /// <summary>Pauses, gives up pending entries and leaves every position.</summary>
    CloseAll,

    /// <summary>Gives up the pending entry or leaves the position in one pool.</summary>
    ForceExit,

    /// <summary>As <see cref="CloseAll"/>, before the process ends.</summary>
    Shutdown,
}

/// <summary>A command, an event like any other: it decides nothing on a market it does not see, but with the next observation.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Pool">The pool of a <see cref="OperatorCommandKind.ForceExit"/>.</param>
public readonly record struct OperatorCommand(OperatorCommandKind Kind, int Pool = -1);
