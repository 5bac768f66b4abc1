namespace LowLatency.Testing;

/// <summary>
/// Finds the shared recordings, which may not be part of the repository: the folder <c>shared/data</c> beside the
/// checkout, or the one named by the environment variable <c>LOWLATENCY_DATA</c>.
/// </summary>
public static class SharedData
{
    /// <summary>Why a test that needs the folder is skipped.</summary>
    public const string Missing = "shared/data is not beside this checkout (or set LOWLATENCY_DATA): the real recordings are not available";

    /// <summary>Full path of a file below <c>shared/data</c>, or null where it is not on this machine.</summary>
    public static string? Find(string relativePath)
    {
        if (Environment.GetEnvironmentVariable("LOWLATENCY_DATA") is { Length: > 0 } named)
        {
            return Existing(Path.Combine(named, relativePath));
        }

        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (Existing(Path.Combine(directory.FullName, "shared", "data", relativePath)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
