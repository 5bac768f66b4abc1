namespace LowLatency.Fuzz;

/// <summary>An input showed that something that always holds does not.</summary>
internal sealed class InvariantException(string message) : Exception(message);

/// <summary>What always holds, whatever the input.</summary>
internal static class Invariant
{
    public static void Hold(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvariantException(what);
        }
    }
}
