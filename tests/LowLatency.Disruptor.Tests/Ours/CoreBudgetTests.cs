using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

public sealed class CoreBudgetTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(8, null, 8)]
    [InlineData(8, 16.0, 8)]
    [InlineData(8, 2.0, 2)]
    [InlineData(8, 1.9, 1)]
    [InlineData(8, 0.5, 1)]
    [InlineData(1, null, 1)]
    public void A_quota_pays_for_whole_cores_only(int processors, double? quota, int cores) =>
        Assert.Equal(cores, CoreBudget.Of(processors, quota).Cores);

    [Fact]
    public void The_reason_names_processors_and_quota()
    {
        Assert.Equal("8 processors, of which its control group pays for 1.5", CoreBudget.Of(8, 1.5).Why);
        Assert.Equal("8 processors", CoreBudget.Of(8, null).Why);
    }

    [Fact]
    public void The_tightest_quota_from_a_group_to_the_root_counts()
    {
        Write("cpu.max", "max 100000\n");
        Write("a/cpu.max", "150000 100000\n");
        Write("a/b/cpu.max", "400000 100000\n");
        Assert.Equal(1.5, CoreBudget.QuotaBelow(_root, "0::/a/b\n"));
        Assert.Equal(1.5, CoreBudget.QuotaBelow(_root, "0::/a\n"));
        Assert.Null(CoreBudget.QuotaBelow(_root, "0::/\n"));
    }

    [Fact]
    public void A_group_that_is_not_mounted_falls_back_to_the_root()
    {
        Write("cpu.max", "200000 100000\n");
        Assert.Equal(2, CoreBudget.QuotaBelow(_root, "0::/docker/not-seen-from-inside\n"));
    }

    [Fact]
    public void Groups_of_version_1_are_read_by_their_two_files()
    {
        Write("cpu/x/cpu.cfs_quota_us", "250000\n");
        Write("cpu/x/cpu.cfs_period_us", "100000\n");
        Write("cpu/cpu.cfs_quota_us", "-1\n");
        Write("cpu/cpu.cfs_period_us", "100000\n");
        Assert.Equal(2.5, CoreBudget.QuotaBelow(_root, "11:memory:/x\n4:cpu,cpuacct:/x\n"));
        Assert.Null(CoreBudget.QuotaBelow(_root, "11:memory:/x\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("0::/a:b")]
    public void What_cannot_be_read_does_not_limit(string membership)
    {
        Write("cpu.max", "lots of it\n");
        Assert.Null(CoreBudget.QuotaBelow(_root, membership));
    }

    [Fact]
    public void This_process_has_a_core() => Assert.InRange(CoreBudget.OfThisProcess().Cores, 1, Environment.ProcessorCount);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
