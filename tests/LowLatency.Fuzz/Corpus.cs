namespace LowLatency.Fuzz;

/// <summary>The inputs that are kept: a folder for each target, a file for each input.</summary>
internal static class Corpus
{
    /// <summary>The inputs of a target in the order of their names.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Read(string folder, FuzzTarget target)
    {
        string path = Path.Combine(folder, target.Name);
        return !Directory.Exists(path) ? [] :
            [.. Directory.GetFiles(path).Order(StringComparer.Ordinal).Select(static file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
    }

    /// <summary>Runs every input of a target; throws what the target throws, with the file's name.</summary>
    public static int Replay(string folder, FuzzTarget target)
    {
        IReadOnlyList<(string Name, byte[] Bytes)> inputs = Read(folder, target);
        foreach ((string name, byte[] bytes) in inputs)
        {
            try
            {
                target.Run(bytes);
            }
            catch (Exception e)
            {
                throw new InvariantException($"{target.Name}/{name}: {e}");
            }
        }

        return inputs.Count;
    }
}
