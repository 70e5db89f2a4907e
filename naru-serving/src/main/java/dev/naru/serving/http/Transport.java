package dev.naru.serving.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops on epoll where this machine has it, on the JDK's selector elsewhere. */
public final class Transport {
  private static final boolean EPOLL = Epoll.isAvailable();

  private Transport() {}

  /**
   * Starts event loops.
   *
   * @param name prefix of the threads' names
   * @param threads how many, at least 1
   */
  public static EventLoopGroup loops(String name, int threads) {
    var factory = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name), factory);
  }

  /** The class of listening channels that fits {@link #loops}. */
  public static Class<? extends ServerSocketChannel> server() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** The class of connecting channels that fits {@link #loops}. */
  public static Class<? extends SocketChannel> client() {
    return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }
}
