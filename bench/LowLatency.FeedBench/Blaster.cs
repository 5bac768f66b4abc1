using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LowLatency.Bench;

namespace LowLatency.FeedBench;

/// <summary>
/// A WebSocket server for one client on a thread pinned to the first core: whole prebuilt blocks through a plain blocking
/// socket as fast as it takes them, or frame by frame on a schedule; then a close frame.
/// </summary>
internal sealed class Blaster : IDisposable
{
    private static readonly byte[] Close = [0x88, 0x02, 0x03, 0xE8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ManualResetEventSlim _go = new();
    private readonly Thread _thread;
    private Exception? _failure;

    public Blaster(Traffic traffic, int blocks)
        : this(socket =>
        {
            for (int i = 0; i < blocks; i++)
            {
                SendAll(socket, traffic.Block);
            }
        })
    {
    }

    public Blaster(Traffic traffic, Schedule schedule)
        : this(socket =>
        {
            schedule.Start();
            for (int i = 0; i < schedule.Messages; i++)
            {
                schedule.Await(i);
                SendAll(socket, traffic.Frame(i));
            }
        })
    {
    }

    private Blaster(Action<Socket> send)
    {
        _listener.Start();
        _thread = new Thread(() => Serve(send)) { IsBackground = true, Name = "sender" };
        _thread.Start();
    }

    public Uri Endpoint => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>When the first byte was sent.</summary>
    public long Started { get; private set; }

    /// <summary>The process's CPU time then.</summary>
    public long StartedCpu { get; private set; }

    /// <summary>CPU time of the sending; known when this has been disposed.</summary>
    public long SenderCpu { get; private set; }

    /// <summary>The client listens: begin.</summary>
    public void Begin() => _go.Set();

    public void Dispose()
    {
        _thread.Join();
        _listener.Dispose();
        _go.Dispose();
        if (_failure is not null)
        {
            throw new InvalidOperationException("the sender failed", _failure);
        }
    }

    private void Serve(Action<Socket> send)
    {
        Cores.Pin(0);
        try
        {
            using Socket socket = _listener.AcceptSocket();
            socket.NoDelay = true;
            Upgrade(socket);
            _go.Wait();
            long before = CpuClock.Thread;
            StartedCpu = CpuClock.Process;
            Started = Stopwatch.GetTimestamp();
            send(socket);
            SenderCpu = CpuClock.Thread - before;
            SendAll(socket, Close);
            byte[] rest = new byte[256];
            while (socket.Receive(rest) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A client that has all it wants may go without a word.
        }
#pragma warning disable CA1031 // Not swallowed: Dispose throws it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }
    }

    private static void Upgrade(Socket socket)
    {
        byte[] buffer = new byte[4_096];
        int length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            length += socket.Receive(buffer.AsSpan(length));
        }

        const string Header = "Sec-WebSocket-Key: ";
        string request = Encoding.ASCII.GetString(buffer, 0, length);
        int at = request.IndexOf(Header, StringComparison.OrdinalIgnoreCase) + Header.Length;
        string key = request[at..request.IndexOf('\r', at)];
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1 here, and nothing rests on it.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        SendAll(socket, Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }
}
