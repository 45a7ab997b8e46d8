<?php
// One row in MariaDB and one count in Redis for each visit; both are read back.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
header('Content-Type: application/json');

try {
    $database = new mysqli('127.0.0.1', 'root', '', 'shop', (int) getenv('MARIADB_PORT'));
    $database->query('INSERT INTO visits VALUES (NOW())');
    $rows = (int) $database->query('SELECT COUNT(*) FROM visits')->fetch_row()[0];

    $redis = new Redis();
    $redis->connect('127.0.0.1', (int) getenv('REDIS_PORT'), 2);
    $hits = $redis->incr('visits');

    echo json_encode([
        'php' => PHP_VERSION,
        'mariadb' => ['version' => $database->server_info, 'visits' => $rows],
        'redis' => ['version' => $redis->info('server')['redis_version'], 'visits' => $hits],
    ]), "\n";
} catch (Throwable $error) {
    http_response_code(503);
    echo json_encode(['error' => $error->getMessage()]), "\n";
}
