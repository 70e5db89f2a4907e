package dev.naru.server.api;

import dev.naru.spec.reading.Project;

/**
 * A project as somebody submits it, free of problems.
 *
 * @param project its name
 * @param file what the user named: a file or a folder, absolute
 * @param resources the resources, and the absolute folder that their paths begin from
 */
public record Submission(String project, String file, Project resources) {}
