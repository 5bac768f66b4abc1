namespace LowLatency.Tests.Train;

/// <summary>A folder of its own that is gone when the test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lowlatency-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
