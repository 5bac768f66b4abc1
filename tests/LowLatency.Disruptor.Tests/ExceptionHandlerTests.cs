using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>The exception handlers that come with the library.</summary>
public sealed class ExceptionHandlerTests
{
    private static readonly Page _page = new() { Tape = { Sequence = 7 } };
    private static readonly FormatException _cause = new("the cause");

    /// <summary>Each call, and what its text has to name beside the cause.</summary>
    public static TheoryData<string, string> Calls => new()
    {
        { "event", "42" }, { "event", "page 7" }, { "batch", "42" }, { "batch", "page 7" }, { "batch", "2" },
        { "timeout", "42" }, { "timeout", "imeout" }, { "start", "OnStart" }, { "shutdown", "OnShutdown" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Ignoring_is_to_write_a_line_down_and_to_return(string call, string named)
    {
        using var log = new StringWriter();
        Call(new IgnoreExceptionHandler<Page>(log), call);
        Contains(log.ToString(), named);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Fatal_is_to_write_a_line_down_and_to_throw_the_same_with_its_cause(string call, string named)
    {
        using var log = new StringWriter();
        var thrown = Assert.Throws<ApplicationException>(() => Call(new FatalExceptionHandler<Page>(log), call));
        Contains(log.ToString(), named);
        Assert.Equal(log.ToString().TrimEnd(), thrown.Message);
        Assert.Same(_cause, thrown.InnerException);
    }

    [Fact]
    public void Fatal_for_structs_throws_too()
    {
        var tape = new Tape { Sequence = 7 };
        var handler = new ValueFatalExceptionHandler<Tape>();
        Thrown(() => handler.HandleEventException(_cause, 42, ref tape), "42");
        Thrown(() => handler.HandleOnTimeoutException(_cause, 42), "imeout");
        Thrown(() => handler.HandleOnStartException(_cause), "OnStart");
        Thrown(() => handler.HandleOnShutdownException(_cause), "OnShutdown");

        static void Thrown(Action call, string named)
        {
            var thrown = Assert.Throws<ApplicationException>(call);
            Contains(thrown.Message, named);
            Assert.Same(_cause, thrown.InnerException);
        }
    }

    [Fact]
    public void Without_a_writer_they_write_to_the_console()
    {
        Call(new IgnoreExceptionHandler<Page>(), "start");
        Assert.Throws<ApplicationException>(() => Call(new FatalExceptionHandler<Page>(), "start"));
    }

    private static void Contains(string text, string named)
    {
        Assert.Contains(named, text, StringComparison.Ordinal);
        Assert.Contains(nameof(FormatException), text, StringComparison.Ordinal);
        Assert.Contains(_cause.Message, text, StringComparison.Ordinal);
    }

    private static void Call(IExceptionHandler<Page> handler, string call)
    {
        switch (call)
        {
            case "event":
                handler.HandleEventException(_cause, 42, _page);
                break;
            case "batch":
                handler.HandleEventException(_cause, 42, new EventBatch<Page>([_page, new Page()], 0, 2));
                break;
            case "timeout":
                handler.HandleOnTimeoutException(_cause, 42);
                break;
            case "start":
                handler.HandleOnStartException(_cause);
                break;
            default:
                handler.HandleOnShutdownException(_cause);
                break;
        }
    }
}
