using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LowLatency.Feed;

/// <summary>
/// Opens connections on a plain socket with a request of its own. All calls on the socket are synchronous: one asynchronous
/// call would make the framework emulate every later blocking one through its event loop. A timeout or a cancellation closes
/// the socket under the call. No exception's text leaves.
/// </summary>
internal static class SocketUpgrade
{
    private const int MaxAnswerBytes = 16 * 1024;
    private const int ReceiveBufferBytes = 256 * 1024;

    public static async Task<OpenResult> OpenAsync(FeedOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConnectTimeoutMs);
        OpenFailure failure;
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(options.Endpoint.IdnHost, timeout.Token).ConfigureAwait(false);
            failure = addresses.Length == 0 ? OpenFailure.NameNotResolved : OpenFailure.None;
            if (failure == OpenFailure.None)
            {
                OpenResult result = await Task.Factory.StartNew(
                    () => Open(addresses, options, time, timeout.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
                if (result.Failure == OpenFailure.None || !timeout.IsCancellationRequested)
                {
                    return result;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            failure = OpenFailure.NameNotResolved;
        }

        return new OpenResult(cancellationToken.IsCancellationRequested ? OpenFailure.Cancelled : timeout.IsCancellationRequested ? OpenFailure.TimedOut : failure);
    }

    private static OpenResult Open(IPAddress[] addresses, FeedOptions options, TimeProvider time, CancellationToken stop)
    {
        OpenResult result = new(OpenFailure.ConnectionLost);
        foreach (IPAddress address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using CancellationTokenRegistration closing = stop.UnsafeRegister(static s => ((Socket)s!).Dispose(), socket);
            try
            {
                socket.Connect(address, options.Endpoint.Port);
                result = Upgrade(socket, options, time, closing);
            }
            catch (SocketException e)
            {
                result = new OpenResult(e.SocketErrorCode == SocketError.ConnectionRefused ? OpenFailure.ConnectionRefused : OpenFailure.ConnectionLost);
            }
            catch (ObjectDisposedException)
            {
                result = new OpenResult(OpenFailure.TimedOut);
            }

            if (result.Connection is not null)
            {
                return result;
            }

            socket.Dispose();
            if (result.Failure is not (OpenFailure.ConnectionRefused or OpenFailure.ConnectionLost))
            {
                return result;
            }
        }

        return result;
    }

    private static OpenResult Upgrade(Socket socket, FeedOptions options, TimeProvider time, CancellationTokenRegistration closing)
    {
        Handshake handshake = new(options);
        byte[] request = Request(options, handshake);
        for (int sent = 0; sent < request.Length;)
        {
            sent += socket.Send(request.AsSpan(sent), SocketFlags.None);
        }

        byte[] buffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);
        int length = 0;
        while (true)
        {
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                end += "\r\n\r\n"u8.Length;
                if (!UpgradeAnswer.TryParse(buffer.AsSpan(0, end), out UpgradeAnswer answer))
                {
                    return new OpenResult(OpenFailure.NotHttp);
                }

                // A cancellation from here on is the connection's business; one that came before has closed the socket.
                OpenResult result = handshake.Check(answer.Status, answer.Header, time);
                return result.Failure != OpenFailure.None ? result
                    : !closing.Unregister() ? new OpenResult(OpenFailure.TimedOut)
                    : result with { Connection = new SocketConnection(socket, buffer, end, length, options, handshake.Deflate, time) };
            }

            if (length >= MaxAnswerBytes || !UpgradeAnswer.MayBegin(buffer.AsSpan(0, length)))
            {
                return new OpenResult(OpenFailure.NotHttp);
            }

            int read = socket.Receive(buffer.AsSpan(length), SocketFlags.None);
            if (read == 0)
            {
                return new OpenResult(length == 0 ? OpenFailure.ConnectionLost : OpenFailure.NotHttp);
            }

            length += read;
        }
    }

    private static byte[] Request(FeedOptions options, Handshake handshake)
    {
        string host = options.Endpoint.HostNameType == UriHostNameType.IPv6 ? options.Endpoint.Host : options.Endpoint.IdnHost;
        StringBuilder text = new StringBuilder("GET ").Append(options.Endpoint.PathAndQuery).Append(" HTTP/1.1\r\nHost: ").Append(host);
        if (!options.Endpoint.IsDefaultPort)
        {
            text.Append(':').Append(options.Endpoint.Port);
        }

        text.Append("\r\n");
        foreach ((string name, string value) in handshake.RequestHeaders())
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
    }
}
