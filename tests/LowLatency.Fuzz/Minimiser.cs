namespace LowLatency.Fuzz;

/// <summary>Takes out of an input that fails whatever it fails without: runs of bytes, halving their length.</summary>
internal static class Minimiser
{
    private const int MostTries = 20_000;

    public static byte[] Minimise(FuzzTarget target, byte[] input)
    {
        string? failure = FailureOf(target, input);
        if (failure is null)
        {
            return input;
        }

        int tries = 0;
        for (int run = input.Length / 2; run > 0; run /= 2)
        {
            for (int at = 0; at + run <= input.Length && tries < MostTries; tries++)
            {
                byte[] less = [.. input.AsSpan(0, at), .. input.AsSpan(at + run)];
                if (FailureOf(target, less) == failure)
                {
                    input = less;
                }
                else
                {
                    at += run;
                }
            }
        }

        return input;
    }

    private static string? FailureOf(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (InvariantException e)
        {
            return e.Message;
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
