namespace LowLatency.Positions;

/// <summary>The unit of money.</summary>
public static class Lamports
{
    /// <summary>Lamports in one SOL.</summary>
    public const long PerSol = 1_000_000_000;

    /// <summary>SOL in lamports, rounded down.</summary>
    public static long FromSol(decimal sol) => (long)(sol * PerSol);

    /// <summary>Lamports in SOL, exact.</summary>
    public static decimal ToSol(long lamports) => lamports / (decimal)PerSol;
}
