namespace LowLatency.Testing;

/// <summary>Finds what the repository itself ships.</summary>
public static class Repository
{
    /// <summary>The repository's root: the folder that holds LowLatency.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Folder of the shipped models.</summary>
    public static string Models => Path.Combine(Root, "onnx");

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "LowLatency.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("the tests run outside a checkout: LowLatency.sln is not above them");
    }
}
